import { type AcquireOptions, HoldfastError, type Lease, LockLostError, type Locks } from "@holdfast/core";
import { followPlace } from "./follow-place.ts";
import { type LockState, WAITING } from "./state.ts";

/** Hidden tabs get their timers once a minute (Chromium's intensive throttling): a lease has to outlast one, and its renewal. */
const TTL_MS = 150_000;
/** Before asking anew when the place was given up with the page. */
const ASK_ANEW_MS = 50;

/** Wants a lock, from now until it is ended. */
export interface LockRun {
  /** Gives back what there is: the lease, or the place in the queue. Never rejects. */
  end(): Promise<void>;
}

export function runLock(
  locks: Locks,
  name: string,
  options: AcquireOptions,
  show: (state: LockState) => void,
): LockRun {
  const ending = new AbortController();
  const { signal } = ending;
  let lease: Lease | undefined;

  async function acquire(): Promise<Lease | undefined> {
    for (;;) {
      const attemptId = newAttempt();
      const unfollow = followPlace(locks, name, attemptId, (place) => {
        if (!signal.aborted && !lease) show({ status: "waiting", ...place });
      });
      try {
        return await locks.acquire(name, {
          ttlMs: TTL_MS,
          waitMs: Number.POSITIVE_INFINITY,
          renew: true,
          ...options,
          attemptId,
          signal,
        });
      } catch (error) {
        if (signal.aborted) return undefined;
        // The page was left and came back: its place is gone, and whoever looks at it still wants one.
        const gone = error instanceof HoldfastError && error.code === "attempt-ended";
        if (!gone) throw error;
        show(WAITING);
        await new Promise((resolve) => setTimeout(resolve, ASK_ANEW_MS));
        if (signal.aborted) return undefined;
      } finally {
        unfollow();
      }
    }
  }

  async function run(): Promise<void> {
    // React's StrictMode runs each effect twice in one task: the first shall not have sent anything.
    await null;
    if (signal.aborted) return;
    try {
      lease = await acquire();
    } catch (error) {
      show({ status: "failed", error: asError(error) });
      return;
    }
    if (!lease) return;
    if (signal.aborted) return giveBack(lease);
    const held = lease;
    show({ status: "held", lease: held });
    const lost = () => {
      const { reason } = held.signal;
      if (!signal.aborted && reason instanceof LockLostError) show({ status: "lost", reason: reason.reason });
    };
    held.signal.addEventListener("abort", lost, { once: true });
    if (held.signal.aborted) lost();
  }

  const running = run();
  return {
    async end() {
      ending.abort();
      if (lease) await giveBack(lease);
      await running;
    },
  };
}

/** Hard to guess. `randomUUID` is for secure contexts only. */
function newAttempt(): string {
  return crypto.getRandomValues(new Uint32Array(5)).join("-");
}

/** What fails goes on in the background, or ends with the TTL. */
async function giveBack(lease: Lease): Promise<void> {
  await lease.release().catch(() => {});
}

function asError(error: unknown): HoldfastError {
  return error instanceof HoldfastError
    ? error
    : new HoldfastError("unavailable", "the lock could not be asked for.", { cause: error });
}
