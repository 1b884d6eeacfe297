import type { LeaseMode } from "../lease/lease.ts";
import { storedChannel } from "./channels.ts";

/** The kinds of lock: how much weight fits, and whether it can be shared. One state machine serves them all. */
export type LockKind = "mutex" | "readwrite" | "semaphore";

/** What is asked for: so much of the capacity of a name. */
export interface Target {
  readonly name: string;
  readonly kind: LockKind;
  readonly capacity: number;
  readonly weight: number;
  readonly mode: LeaseMode;
}

export function mutex(name: string): Target {
  return { name, kind: "mutex", capacity: 1, weight: 1, mode: "exclusive" };
}

/** One attempt of one prospective holder. */
export interface Claim {
  /** Tells a repetition from a new request. */
  readonly attempt: string;
  /** Proves ownership. A secret, and so is an attempt that nobody named. */
  readonly owner: string;
}

/** What a claim wants, for as long as it wants it. Every request of one attempt carries the same. */
export interface Wish {
  readonly ttlMs: number;
  /** The text of JSON without line breaks, as `JSON.stringify` gives it, or empty. */
  readonly metadata: string;
  /** How long the name stays closed after this lease ran out, in milliseconds. */
  readonly lockDelayMs: number;
  /** How long a grant out of the queue lasts until its waiter confirms it, in milliseconds. */
  readonly claimMs: number;
  /** How long the waiter waits at the most, in milliseconds; 0 for ever. */
  readonly placeMs: number;
  /** Where its wake-up is published, without the namespace; `undefined` for a waiter that only looks. */
  readonly channel: string | undefined;
  /** Marks the wake-up as its own. */
  readonly nonce: string;
}

/** The one string in which a contender appears in arguments and in the queue; its parts are read in `holders.lua`. */
export function encodeAsk(namespace: string, target: Target, claim: Claim, wish: Wish): string {
  return [
    claim.attempt,
    claim.owner,
    wish.ttlMs,
    target.weight,
    target.mode,
    wish.lockDelayMs,
    wish.claimMs,
    wish.placeMs,
    wish.channel === undefined ? "-" : storedChannel(namespace, wish.channel),
    wish.nonce,
    // Blanks separate the parts. In JSON they can only be inside strings, where the escape means the same.
    wish.metadata === "" ? "-" : wish.metadata.replaceAll(" ", "\\u0020"),
  ].join(" ");
}
