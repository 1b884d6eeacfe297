import type { Holder, Inspection, Json, Waiter } from "@holdfast/core";
import { moment } from "./time.ts";

/** What `--json` says of a lock. Moments are ISO 8601 by this machine's clock. */
export interface LockJson {
  readonly name: string;
  /** `null` when nothing is remembered of the name. */
  readonly kind: "mutex" | "readwrite" | "semaphore" | null;
  readonly held: boolean;
  /** How much may be granted at once, and how much is. `null`: as many readers as there are, or not known. */
  readonly capacity: number | null;
  readonly used: number;
  /** How many wait; `waiters` has the first 100. */
  readonly waiting: number;
  readonly lastFence: number;
  readonly holders: readonly (Contender & { readonly fence: number; readonly expiresAt: string })[];
  readonly waiters: readonly (Contender & { readonly position: number })[];
}

interface Contender {
  readonly hash: string;
  readonly mode: string;
  readonly weight: number;
  readonly since: string;
  readonly metadata: Json;
}

export function lockJson(lock: Inspection): LockJson {
  const { name, kind = null, held, used, waiting, lastFence } = lock;
  return {
    name,
    kind,
    held,
    capacity: kind === null || kind === "readwrite" ? null : lock.capacity,
    used,
    waiting,
    lastFence,
    holders: lock.holders.map((holder) => {
      const { fence, expiresAt } = holder;
      return { ...contender(holder), fence, expiresAt: moment(expiresAt) };
    }),
    waiters: lock.waiters.map((waiter) => ({ ...contender(waiter), position: waiter.position })),
  };
}

function contender({ hash, mode, weight, since, metadata = null }: Holder | Waiter): Contender {
  return { hash, mode, weight, since: moment(since), metadata };
}
