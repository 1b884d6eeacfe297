import type { InspectReply } from "../lock/replies.ts";
import type { Json } from "./options.ts";

/** Who holds a lease. */
export interface Holder {
  /** SHA-1 of the owner token, in hex: tells holders apart and proves nothing. */
  readonly ownerHash: string;
  readonly fence: number;
  readonly metadata: Json | undefined;
  /** By the local clock, in milliseconds since the epoch; as exact as the answer was quick. */
  readonly since: number;
  readonly expiresAt: number;
}

/** The state of a name at one moment of the server's. */
export interface Inspection {
  readonly name: string;
  readonly held: boolean;
  readonly holders: readonly Holder[];
  /** The fence of the latest grant; 0 when the name has none that is remembered. */
  readonly lastFence: number;
}

export function inspection(name: string, reply: InspectReply, wallMs: number): Inspection {
  if (reply.status === "free") return { name, held: false, holders: [], lastFence: reply.fence };
  const { fence, ownerHash, metadata, heldForMs, remainingMs } = reply;
  const holder = {
    ownerHash,
    fence,
    metadata: parse(metadata),
    since: Math.floor(wallMs - heldForMs),
    expiresAt: Math.floor(wallMs + remainingMs),
  };
  return { name, held: true, holders: [holder], lastFence: fence };
}

function parse(metadata: string): Json | undefined {
  try {
    return metadata === "" ? undefined : (JSON.parse(metadata) as Json);
  } catch {
    return undefined;
  }
}
