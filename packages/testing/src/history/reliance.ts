import type { Extended, Granted } from "./events.ts";

/**
 * The time over which a holder could rely on its lease: from when it learned of the grant until it let go, was told
 * of the loss, or the time it had been promised was over.
 */
export interface Reliance {
  readonly from: number;
  to: number;
  /** What ended it. */
  end: "until" | "lost" | "releasing";
}

export function relianceFrom({ at, until }: Granted): Reliance {
  return { from: at, to: Math.max(until, at), end: "until" };
}

/** @returns false when the lease was over: it cannot be extended then, and the holder has to be told so. */
export function extendReliance(reliance: Reliance, { at, until }: Extended, toleranceMs: number): boolean {
  if (reliance.end !== "until" || at >= reliance.to + toleranceMs) return false;
  reliance.to = Math.max(until, at);
  return true;
}

export function endReliance(reliance: Reliance, at: number, end: "lost" | "releasing"): void {
  if (reliance.end !== "until" || at > reliance.to) return;
  reliance.to = at;
  reliance.end = end;
}
