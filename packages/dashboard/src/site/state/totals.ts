import type { OverviewBody } from "@holdfast/protocol";

export interface Totals {
  readonly grants: number;
  readonly contended: number;
  readonly losses: number;
  /** The share of those who asked that did not get it at once. */
  readonly contention: number;
  readonly worstWaitMs: number | null;
}

export function totals(minutes: OverviewBody["minutes"]): Totals {
  let grants = 0;
  let contended = 0;
  let losses = 0;
  let worstWaitMs: number | null = null;
  for (const minute of minutes) {
    grants += minute.grants;
    contended += minute.contended;
    losses += minute.losses;
    if (minute.waitP99Ms !== undefined) worstWaitMs = Math.max(worstWaitMs ?? 0, minute.waitP99Ms);
  }
  // Those who gave up are contended without being granted, so the two may add up to more than the grants.
  const asked = Math.max(grants, contended);
  return { grants, contended, losses, contention: asked === 0 ? 0 : contended / asked, worstWaitMs };
}
