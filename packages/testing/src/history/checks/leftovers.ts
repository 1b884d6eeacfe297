import type { Check } from "../check.ts";
import type { Operation, ServerState } from "../events.ts";
import type { History } from "../history.ts";
import type { OperationRecord } from "../operation-record.ts";
import type { Measures } from "../options.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * What failed, or was let go, is soon gone from the server. Once quiet, an operation whose client saw it fail has neither
 * a lease nor a place there after `graceMs`. Where every fault is known, it has none after `promptMs` if nothing happens to
 * the client and the server, and otherwise soon after that.
 */
export const leftovers: Check = (history, measures, report) => {
  const { operations, names, faults, lastAt } = history;
  const due = new Map<OperationRecord, Due | undefined>();
  for (const { name, states, served } of names.values()) {
    const reported = new Set<string>();
    states.forEach(({ at, holders, queue }, i) => {
      const nextAt = states[i + 1]?.at ?? lastAt;
      const look = (op: string, until: number, what: string) => {
        const record = operations.get(op);
        if (!record || reported.has(op)) return;
        if (!due.has(record)) due.set(record, dueOf(history, record, measures));
        const gone = due.get(record);
        if (!gone || until <= gone.by || faults.exclusion.overlap(record.invoked.at, at)) return;
        const since = served.all.filter(({ to }) => to >= gone.at && to <= at).length;
        if (record.released && since >= (measures.remembered ?? Number.POSITIVE_INFINITY)) return;
        if (record.ended?.turnedAway && !presentAt(states, op, record.ended.at)) return;
        reported.add(op);
        report(
          Math.max(at, gone.by),
          [op],
          `${opWords(history, op)} ${gone.how} at ${timeWords(gone.at)}, and ${what} ${nameWords(name)} until ${timeWords(until)}`,
        );
      };
      for (const { op, until } of holders) look(op, Math.min(until, nextAt), "holds");
      for (const { op } of queue) {
        const placeEnd = measures.placesEnd ? placeEndOf(operations.get(op)) : nextAt;
        look(op, Math.min(nextAt, placeEnd), "waits for");
      }
    });
  }
};

/** Clocks may differ by so much. */
const LONGEST = 1.02;

/** When a place that somebody took before the call ended is none any more, though it is still in the books. */
function placeEndOf(record: OperationRecord | undefined): number {
  const waitMs = record?.invoked.waitMs;
  return record?.ended && waitMs !== undefined
    ? record.ended.at + waitMs * LONGEST
    : Number.POSITIVE_INFINITY;
}

interface Due {
  readonly at: number;
  readonly how: string;
  /** When it has to be gone. */
  readonly by: number;
}

function dueOf(history: History, record: OperationRecord, measures: Measures): Due | undefined {
  const { ended, granted, released, client } = record;
  if (ended && !granted) {
    const how = `ended as ${ended.type}`;
    return { at: ended.at, how, by: goneBy(history, client, ended.at, measures) };
  }
  // Those who do not know every fault cannot tell why a release was not heard.
  if (!released || measures.promptMs === undefined) return undefined;
  const how = `was told of its release: ${released.outcome},`;
  const by = released.outcome === "released" ? released.at : goneBy(history, client, released.at, measures);
  return { at: released.at, how, by };
}

/** Whether the server had anything of an operation at that moment. */
function presentAt(states: readonly ServerState[], op: Operation, moment: number): boolean {
  const next = states.findIndex(({ at }) => at > moment);
  const state = states[(next < 0 ? states.length : next) - 1];
  return state !== undefined && [...state.holders, ...state.queue].some((one) => one.op === op);
}

function goneBy(
  { quietAt, faults }: History,
  client: string,
  at: number,
  { graceMs = Number.POSITIVE_INFINITY, promptMs, aftermathMs = 0 }: Measures,
): number {
  if (promptMs === undefined)
    return quietAt === undefined ? Number.POSITIVE_INFINITY : Math.max(quietAt, at) + graceMs;
  if (!faults.touched(client, at, at + promptMs)) return at + promptMs;
  // A last answer may be waited for in vain, and whoever has tried for long pauses for long.
  const calm = faults.calmFrom(client, at, 2 * aftermathMs + promptMs);
  return calm + Math.min(calm - at, aftermathMs) + aftermathMs + promptMs;
}
