import type { Check } from "../check.ts";
import type { Conversion } from "../conversion.ts";
import type { Operation, ServerState } from "../events.ts";
import type { History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * A lease gets another weight when its holder asks for that, once for each time, and is refused it only beside others. By
 * the server's states.
 */
export const conversions: Check = (history, _, report) => {
  for (const name of history.names.values()) {
    if (name.states.length === 0) continue;
    askedFor(history, name, report);
    refusedAlone(history, name, report);
  }
};

function askedFor(history: History, { name, served }: NameHistory, report: Report): void {
  const used = new Map<Operation, number>();
  for (const { op, from, weight, continues } of served.all) {
    const asked = history.operations.get(op)?.conversions ?? [];
    // Who asks for less and then for more, and only the second arrives, gets what it has with another fence.
    if (!continues || (continues.weight === weight && asked.length === 0)) continue;
    if (history.faults.exclusion.overlap(continues.from, from)) continue;
    const next = used.get(op) ?? 0;
    const found = asked.findIndex(
      (conversion, i) => i >= next && conversion.weight === weight && conversion.asked.at <= from,
    );
    if (found >= 0) used.set(op, found + 1);
    else
      report(
        from,
        [op],
        `the server gave ${opWords(history, op)} a weight of ${weight} of ${nameWords(name)} at ${timeWords(from)}, for which it had not asked${next > 0 ? " again" : ""}`,
      );
  }
}

function refusedAlone(history: History, name: NameHistory, report: Report): void {
  for (const { op, conversions = [] } of name.granted)
    for (const conversion of conversions) {
      const { asked, refused } = conversion;
      if (!refused || history.faults.exclusion.overlap(asked.at, refused.at)) continue;
      if (!statesDuring(name.states, conversion).every((state) => isAlone(state, op))) continue;
      report(
        refused.at,
        [op],
        `${opWords(history, op)} was refused another weight of ${nameWords(name.name)} at ${timeWords(refused.at)}, though nobody else held it from ${timeWords(asked.at)} on`,
      );
    }
}

/** What the server held while a conversion was under way. */
function statesDuring(states: readonly ServerState[], { asked, refused }: Conversion): ServerState[] {
  const later = states.findIndex(({ at }) => at > asked.at);
  const first = Math.max((later < 0 ? states.length : later) - 1, 0);
  const during: ServerState[] = [];
  for (let i = first; i < states.length; i++) {
    const state = states[i] as ServerState;
    if (state.at > (refused?.at ?? 0)) break;
    during.push(state);
  }
  return during;
}

function isAlone({ at, holders }: ServerState, op: Operation): boolean {
  return (
    holders.some((holder) => holder.op === op) &&
    holders.every((holder) => holder.op === op || holder.until <= at)
  );
}
