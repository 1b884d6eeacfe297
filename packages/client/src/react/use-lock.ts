import type { AcquireOptions } from "@holdfast/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { type LockRun, runLock } from "./lock-run.ts";
import { useLocks } from "./provider.ts";
import { IDLE, type LockState, WAITING } from "./state.ts";

/** Plain data, compared by content: new ones release the lock and take it with them. */
export interface UseLockOptions
  extends Pick<
    AcquireOptions,
    "ttlMs" | "waitMs" | "renew" | "metadata" | "lockDelayMs" | "maxWaiters" | "claimMs"
  > {
  /** Whether the lock is wanted. Turning it off releases. Default true. */
  readonly enabled?: boolean;
}

export type UseLock = LockState & {
  /** Gives the lock back, or leaves the queue. It is then idle until `retry()`, or another name. */
  release(): Promise<void>;
  /** Asks anew after it was lost, failed or released. */
  retry(): void;
};

/**
 * Wants the lock for as long as the component is there: waits its turn, renews the lease, and releases on unmount. Another name
 * releases the old one first. Defaults: `ttlMs` 150,000, since hidden tabs get their timers once a minute; `waitMs` without
 * end; `renew` true.
 *
 * @example
 * ```tsx
 * const lock = useLock(`document:${id}`);
 * if (lock.status === "held") return <Editor fence={lock.lease.fence} />;
 * return <p>{lock.status === "waiting" ? `You are number ${lock.position ?? "…"}` : lock.status}</p>;
 * ```
 */
export function useLock(name: string, { enabled = true, ...given }: UseLockOptions = {}): UseLock {
  const locks = useLocks();
  // The default, which JSON cannot say.
  const { waitMs, ...options } = given;
  if (waitMs !== undefined && waitMs !== Number.POSITIVE_INFINITY) Object.assign(options, { waitMs });
  const [round, setRound] = useState(0);
  const wanted = JSON.stringify([name, options, round]);
  /** What was last shown, and of which wish: right after another name came it is of the one before. */
  const [shown, setShown] = useState<{ wanted: string; locks: object; state: LockState }>();
  const running = useRef<LockRun | undefined>(undefined);

  useEffect(() => {
    if (!enabled) {
      setShown(undefined);
      return;
    }
    const [name, options] = JSON.parse(wanted) as [string, AcquireOptions];
    const run = runLock(locks, name, options, (state) => setShown({ wanted, locks, state }));
    running.current = run;
    return () => {
      if (running.current === run) running.current = undefined;
      void run.end();
    };
  }, [locks, wanted, enabled]);

  const release = useCallback(async () => {
    const run = running.current;
    if (!run) return;
    running.current = undefined;
    setShown({ wanted, locks, state: IDLE });
    await run.end();
  }, [locks, wanted]);

  const known = shown?.wanted === wanted && shown.locks === locks ? shown.state : WAITING;
  const state = enabled ? known : IDLE;
  const over = state.status !== "waiting" && state.status !== "held";
  const retry = useCallback(() => {
    if (over) setRound((count) => count + 1);
  }, [over]);
  return { ...state, release, retry };
}
