import type { Check } from "../check.ts";
import type { ServerState } from "../events.ts";
import { bounded } from "../operation-record.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/** Whoever lets go lets in the next in line by it: the name is not free in between. */
export const handOn: Check = (history, { handsOn }, report) => {
  if (!handsOn) return;
  for (const { name, states, served } of history.names.values()) {
    const taken = new Set(served.all.map(({ takenAt }) => takenAt));
    for (const state of states) {
      const first = state.queue[0] && history.operations.get(state.queue[0].op);
      if (!first || !taken.has(state.at) || !fits(state, first.weight)) continue;
      if (history.faults.exclusion.overlap(state.at, state.at)) continue;
      report(
        state.at,
        [first.op],
        `${nameWords(name)} was let go at ${timeWords(state.at)} and not passed on to ${opWords(history, first.op)}, which was the next in line`,
      );
    }
  }
};

function fits({ at, holders, capacity, closedUntil = 0 }: ServerState, weight: number): boolean {
  const used = holders.reduce((sum, holder) => sum + (holder.until > at ? bounded(holder.weight) : 0), 0);
  return closedUntil <= at && used + bounded(weight) <= bounded(capacity);
}
