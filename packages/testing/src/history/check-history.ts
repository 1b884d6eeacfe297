import type { Check } from "./check.ts";
import { agreement } from "./checks/agreement.ts";
import { answers } from "./checks/answers.ts";
import { capacity } from "./checks/capacity.ts";
import { claims } from "./checks/claims.ts";
import { conversions } from "./checks/conversions.ts";
import { effects } from "./checks/effects.ts";
import { exclusion } from "./checks/exclusion.ts";
import { fences } from "./checks/fences.ts";
import { handOn } from "./checks/hand-on.ts";
import { lasting } from "./checks/lasting.ts";
import { leaks } from "./checks/leaks.ts";
import { leftovers } from "./checks/leftovers.ts";
import { liveness } from "./checks/liveness.ts";
import { loss } from "./checks/loss.ts";
import { once } from "./checks/once.ts";
import { overtaking } from "./checks/overtaking.ts";
import { places } from "./checks/places.ts";
import { queue } from "./checks/queue.ts";
import { renewal } from "./checks/renewal.ts";
import { stalls } from "./checks/stalls.ts";
import { wakeUps } from "./checks/wake-ups.ts";
import { wellFormed } from "./checks/well-formed.ts";
import { withdrawals } from "./checks/withdrawals.ts";
import type { HistoryEvent } from "./events.ts";
import { readHistory } from "./history.ts";
import { type CheckOptions, DEFAULT_TOLERANCE_MS } from "./options.ts";
import type { Violation } from "./violation.ts";

const CHECKED = {
  "well-formed": wellFormed,
  exclusion,
  capacity,
  agreement,
  fences,
  effects,
  answers,
  conversions,
  queue,
  places,
  overtaking,
  once,
  withdrawals,
  renewal,
  claims,
  "wake-ups": wakeUps,
  "hand-on": handOn,
  lasting,
  loss,
  leftovers,
  stalls,
  liveness,
  leaks,
} satisfies Record<string, Check>;

/** The names of all checks. */
export const CHECKS: readonly string[] = Object.keys(CHECKED);

/**
 * Says what a lock did in this history that no lock may do; nothing if it kept its promises.
 *
 * @param events in the order in which they happened.
 * @throws RangeError for a check that does not exist.
 */
export function checkHistory(events: readonly HistoryEvent[], options: CheckOptions = {}): Violation[] {
  const { checks = CHECKS, toleranceMs = DEFAULT_TOLERANCE_MS, ...rest } = options;
  const history = readHistory(events, toleranceMs);
  const measures = { ...rest, toleranceMs };
  const violations: Violation[] = [];
  for (const promise of checks) {
    const check = (CHECKED as Record<string, Check>)[promise];
    if (!check)
      throw new RangeError(`there is no check ${JSON.stringify(promise)}; there are ${CHECKS.join(", ")}`);
    check(history, measures, (at, ops, text) => violations.push({ promise, at, ops, text }));
  }
  return violations.sort((a, b) => a.at - b.at);
}
