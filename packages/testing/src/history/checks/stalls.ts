import type { Check } from "../check.ts";
import type { Operation, ServerState } from "../events.ts";
import type { History } from "../history.ts";
import { bounded } from "../operation-record.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * Once quiet, a name that the first in line fits into is not left free for longer than `idleMs`. Where every fault is
 * known, nor is it before, for longer than `aftermathMs`, if nothing happens to whoever is the first in line.
 */
export const stalls: Check = (history, { idleMs, promptMs, aftermathMs }, report) => {
  const { quietAt, operations, names, faults, lastAt } = history;
  if (promptMs !== undefined && aftermathMs !== undefined) calmStalls(history, aftermathMs, report);
  if (quietAt === undefined || idleMs === undefined) return;
  for (const { name, states } of names.values()) {
    let freeSince: { first: Operation; at: number } | undefined;
    states.forEach((state, i) => {
      const nextAt = states[i + 1]?.at ?? lastAt;
      const first = state.queue[0] && operations.get(state.queue[0].op);
      const fits = first ? Math.max(fitsAt(state, first.weight), quietAt) : Number.POSITIVE_INFINITY;
      if (!first || fits >= nextAt) {
        freeSince = undefined;
        return;
      }
      if (freeSince?.first !== first.op) freeSince = { first: first.op, at: fits };
      const from = freeSince.at;
      // Nobody looks when all who wait are dead, or had what they waited for: a late repetition took that place.
      const alive = state.queue.some(({ op }) => {
        const record = operations.get(op);
        if (!record || record.ended || (record.granted && record.granted.at <= from)) return false;
        return !faults.down(record.client).overlap(from, nextAt);
      });
      if (!alive || nextAt <= from + idleMs) return;
      report(
        from + idleMs,
        [first.op],
        `${nameWords(name)} was free from ${timeWords(from)} until ${timeWords(nextAt)} while ${opWords(history, first.op)} waited for it`,
      );
    });
  }
};

function calmStalls(
  { operations, names, faults, ...history }: History,
  aftermathMs: number,
  report: Report,
): void {
  for (const { name, states } of names.values()) {
    let first: { readonly op: Operation; readonly since: number; free: number } | undefined;
    states.forEach((state, i) => {
      const record = state.queue[0] && operations.get(state.queue[0].op);
      if (!record) {
        first = undefined;
        return;
      }
      const { op, client, weight, ended, granted } = record;
      const nextAt = states[i + 1]?.at ?? history.lastAt;
      const free = Math.max(fitsAt(state, weight), state.closedUntil ?? 0);
      if (first?.op !== op) first = { op, since: state.at, free };
      // What is free since before is so still.
      else if (first.free > state.at) first.free = free;
      const by = first.free + aftermathMs;
      if (by >= nextAt || (ended && ended.at <= by) || (granted && granted.at <= by)) return;
      if (faults.felt(client, first.since, by, aftermathMs) || faults.deaf(client).overlap(first.since, by))
        return;
      report(
        by,
        [op],
        `${nameWords(name)} was free from ${timeWords(first.free)} until ${timeWords(nextAt)}, and op ${op} was the first in line and did not notice`,
      );
      first = { op, since: nextAt, free: Number.POSITIVE_INFINITY };
    });
  }
}

/** From when on the weight fits, as leases run out. */
function fitsAt({ at, holders, capacity }: ServerState, weight: number): number {
  const live = holders.filter(({ until }) => until > at).sort((a, b) => a.until - b.until);
  let used = live.reduce((sum, holder) => sum + bounded(holder.weight), 0);
  let free = at;
  for (const holder of live) {
    if (used + weight <= bounded(capacity)) break;
    used -= bounded(holder.weight);
    free = holder.until;
  }
  return free;
}
