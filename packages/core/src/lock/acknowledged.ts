import type { Reply } from "../store/store.ts";

// Which answers promise their caller something that the script wrote: a promise that a failover to a replica which has not
// got the write would break. A script names its rule in the line "--@acknowledged <rule>"; those without one promise nothing
// that has to last: to release and to take back, since what is lost of that runs out by itself, to inspect and to list.

type Rule = (reply: Reply, args: readonly string[]) => boolean;

export const granted: Rule = (reply) => first(reply) === "granted";

/** A node of a quorum. */
export const voted: Rule = (reply) => Array.isArray(reply) && reply[1] === "granted";

export const raised: Rule = (reply) => reply === 1;

export const converted: Rule = (reply) => first(reply) === "converted";

/** Of several leases, one is enough. */
export const extended: Rule = (reply) => Array.isArray(reply) && reply.some((leftMs) => leftMs > 0);

/** A read forbids the writes of smaller fences. A greater fence than one's own is somebody else's. */
export const guarded: Rule = (reply, [fence]) => first(reply) === "found" || String(reply) === fence;

export const resized: Rule = (reply, [, capacity]) => String(reply) === capacity;

/** Without an attempt it was only looked at. */
export const counted: Rule = (reply, [, , attempt]) => typeof reply === "number" && attempt !== "";

function first(reply: Reply): unknown {
  return Array.isArray(reply) ? reply[0] : undefined;
}
