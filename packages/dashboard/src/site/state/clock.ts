import { type ReadonlySignal, signal } from "@preact/signals";

/**
 * The service's clock, as far as it can be known here: moments of holds and leases are by its clock, and this machine's may
 * be wrong by minutes.
 */

const TICK_MS = 1000;

let ahead = 0;
let doubtMs = Number.POSITIVE_INFINITY;
const ticking = signal(Date.now());

/** Now, by the service's clock; moves once a second while the page is seen. */
export const now: ReadonlySignal<number> = ticking;

function serviceNow(): number {
  return Date.now() + ahead;
}

/** The service said `asOf` between these two moments of ours. The quickest answer tells most. */
export function heardTime(asOf: number, askedAt: number, heardAt: number): void {
  const doubt = heardAt - askedAt;
  if (doubt > doubtMs) return;
  doubtMs = doubt;
  ahead = asOf - (askedAt + heardAt) / 2;
  ticking.value = serviceNow();
}

setInterval(() => {
  if (!document.hidden) ticking.value = serviceNow();
}, TICK_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) ticking.value = serviceNow();
});
