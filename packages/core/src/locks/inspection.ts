import type { InspectReply } from "../lock/replies.ts";
import type { LockKind } from "../lock/target.ts";
import type { Json } from "./options.ts";

/** Who holds a lease. Moments are by the local clock, in milliseconds since the epoch, as exact as the answer was quick. */
export interface Holder {
  /** SHA-1 of the attempt, in hex: tells holders apart and proves nothing. */
  readonly hash: string;
  readonly fence: number;
  readonly weight: number;
  readonly mode: string;
  readonly metadata: Json | undefined;
  readonly since: number;
  readonly expiresAt: number;
}

/** Who waits. */
export interface Waiter {
  /** Place in the queue, from 1. */
  readonly position: number;
  readonly weight: number;
  readonly mode: string;
  readonly metadata: Json | undefined;
  readonly since: number;
}

/** The state of a name at one moment of the server's. */
export interface Inspection {
  readonly name: string;
  /** `undefined` when nothing is remembered of the name. */
  readonly kind: LockKind | undefined;
  readonly held: boolean;
  readonly capacity: number;
  /** The weight that is granted. */
  readonly used: number;
  /** At most 100. */
  readonly holders: readonly Holder[];
  /** At most 100; `waiting` counts all. */
  readonly waiters: readonly Waiter[];
  readonly waiting: number;
  /** The fence of the latest grant; 0 when the name has none that is remembered. */
  readonly lastFence: number;
}

export function inspection(name: string, reply: InspectReply, wallMs: number): Inspection {
  const { kind, capacity, used, fence, serverNow, waiting } = reply;
  const local = (server: number) => Math.floor(wallMs + server - serverNow);
  const holders = reply.holders.map(({ hash, expiry, fence, weight, mode, metadata }) => {
    return {
      hash,
      fence,
      weight,
      mode,
      metadata: parse(metadata),
      since: local(fence / 1000),
      expiresAt: local(expiry),
    };
  });
  const waiters = reply.waiters.map(({ since, weight, mode, metadata }, i) => {
    return { position: i + 1, weight, mode, metadata: parse(metadata), since: local(since) };
  });
  const known = kind === "unused" ? undefined : (kind as LockKind);
  return {
    name,
    kind: known,
    held: holders.length > 0,
    capacity,
    used,
    holders,
    waiters,
    waiting,
    lastFence: fence,
  };
}

function parse(metadata: string): Json | undefined {
  try {
    return metadata === "-" ? undefined : (JSON.parse(metadata) as Json);
  } catch {
    return undefined;
  }
}
