import { systemClock } from "../clock.ts";
import type { ErrorCode, HoldfastError } from "../errors.ts";
import type { Lease } from "../lease/lease.ts";

/**
 * Asks once, and waits `waitMs` for its turn if the lock is busy.
 *
 * The originals count tries, not the time the network takes. So the first request has the time of a lease: a wait of a
 * few hundred milliseconds would be used up by the connection of a client that has just started.
 *
 * @throws as `acquire`: `timeout` for a lock that was busy to the end, `unavailable` for a store that is not there.
 */
export async function askThenWait(ask: (waitMs: number) => Promise<Lease>, waitMs: number): Promise<Lease> {
  let busy: unknown;
  try {
    return await ask(0);
  } catch (error) {
    if (!hasCode(error, "timeout") || waitMs <= 0) throw error;
    busy = error;
  }
  const started = systemClock.now();
  try {
    return await ask(waitMs);
  } catch (error) {
    // The end of the wait may cut a request short. What is known is that the lock was busy.
    const cutShort = hasCode(error, "unavailable") && systemClock.now() - started >= waitMs;
    throw cutShort ? busy : error;
  }
}

/** By its code and not its class, since the locks may come from another copy of this package. */
export function hasCode(error: unknown, code: ErrorCode): error is HoldfastError {
  return error instanceof Error && (error as Partial<HoldfastError>).code === code;
}
