import type { Conversion } from "../conversion.ts";
import type { HistoryEvent } from "../events.ts";
import { exemptFrom, type History } from "../history.ts";
import { Intervals } from "../intervals.ts";
import type { NameHistory } from "../names.ts";
import type { OperationRecord } from "../operation-record.ts";
import { type LockModel, weightOf } from "./model.ts";

/**
 * What an operation does to a name, and when it may take effect. Moments are places in the history: that of an event
 * is its index; whatever happens between two events has a place between theirs.
 */
export interface Item {
  readonly id: number;
  readonly record: OperationRecord;
  /**
   * - `lease`: takes the weight between `call` and `due`, and gives it back between `free` and `gone`, if ever.
   * - `ghost`: the same from `call` on, or nothing at all. Its client does not know.
   * - `refusal`: found, between `call` and `due`, that the weight did not fit.
   */
  readonly kind: "lease" | "ghost" | "refusal";
  readonly weight: number;
  readonly call: number;
  readonly due: number;
  readonly free: number;
  readonly gone: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** @param lingerMs how long what a call left behind may be on the server after it ended. */
export function itemsOf(history: History, name: NameHistory, model: LockModel, lingerMs: number): Item[] {
  const waiting = waitingTimes(history, name, lingerMs);
  const items: Item[] = [];
  const add = (record: OperationRecord, kind: Item["kind"], due = NEVER, free = NEVER, gone = NEVER) => {
    const call = record.invokedIndex;
    items.push({ id: items.length, record, kind, weight: weightOf(model, record), call, due, free, gone });
  };
  /** What a lease becomes by a conversion it may give back at any time, as far as its client can tell. */
  const addConverted = (record: OperationRecord, conversion: Conversion) => {
    const { askedIndex: call } = conversion;
    const weight = weightOf(model, conversion);
    items.push({
      id: items.length,
      record,
      kind: "ghost",
      weight,
      call,
      due: NEVER,
      free: call,
      gone: NEVER,
    });
  };

  for (const record of name.asked) {
    const { reliance, ended, released, waits, invoked, invokedIndex } = record;
    if (reliance) {
      const [first] = record.conversions ?? [];
      const to = Math.min(reliance.to, first?.asked.at ?? NEVER, exemptFrom(history, name, record) ?? NEVER);
      for (const conversion of record.conversions ?? []) addConverted(record, conversion);
      const gone = released?.outcome === "released" ? record.releasedIndex : NEVER;
      // Nothing is known of a lease that nobody could rely on.
      if (to <= reliance.from) add(record, "ghost", NEVER, invokedIndex);
      else add(record, "lease", record.grantedIndex, Math.min(rightBefore(history.events, to), gone), gone);
    } else if (ended?.type !== "failed") add(record, "ghost", NEVER, invokedIndex);
    // Of several names, any one may have been the reason.
    else if (!waits && record.names.length === 1) {
      // While somebody waits, or may, or the server has forgotten who holds what, even what fits is turned away.
      const explained =
        waiting.overlap(invokedIndex, record.endedIndex) ||
        history.faults.exclusion.overlap(invoked.at - lingerMs, ended.at);
      if (!explained) add(record, "refusal", record.endedIndex);
    }
  }
  return items;
}

/** When somebody waited for the name, or may have. */
function waitingTimes({ events }: History, { asked }: NameHistory, lingerMs: number): Intervals {
  const waiters = asked.filter(({ waits }) => waits);
  return new Intervals(
    waiters.map(({ invokedIndex, granted, grantedIndex, ended }) => ({
      at: invokedIndex,
      until: granted ? grantedIndex : ended ? rightBefore(events, ended.at + lingerMs) : NEVER,
    })),
  );
}

/** The place before whatever happened at that moment. */
function rightBefore(events: readonly HistoryEvent[], at: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.at ?? NEVER) < at) low = middle + 1;
    else high = middle;
  }
  return low - 0.5;
}
