/**
 * What a history is made of. Times (`at`, `until`) are milliseconds of one observer's clock, which all events share:
 * the simulation's true time, or the clock of the machine that recorded several processes. Events are in the order
 * of `at`.
 */
export type HistoryEvent =
  | Invoked
  | Queued
  | Granted
  | Ended
  | Extending
  | Extended
  | Converting
  | Converted
  | Refused
  | Lost
  | Releasing
  | Released
  | Withdrawn
  | Effect
  | ServerState
  | Fault
  | Quiet
  | End;

/** An operation: one call of acquire by one client, and the lease that may come of it. */
export type Operation = string;

interface OfOperation {
  readonly at: number;
  readonly op: Operation;
}

/** A client asks for names. */
export interface Invoked extends OfOperation {
  readonly type: "invoked";
  readonly client: string;
  /** More than one when they are asked for together. */
  readonly names: readonly string[];
  /** How much weight of each name fits: 1 for a mutex, `Infinity` or a large number for a read/write lock. */
  readonly capacity: number;
  /** How much of the capacity is asked for. */
  readonly weight: number;
  /** False when it takes what is free even before those who wait. Default true. */
  readonly fair?: boolean;
  /** False when it is turned away instead of waiting. Default true. */
  readonly waits?: boolean;
  /** How long it waits at the most, after which the server may drop its place. Default: until the call ended. */
  readonly waitMs?: number;
  /** How long a lease lasts without a renewal. Default: not known, and not checked. */
  readonly ttlMs?: number;
  /** How long a lease that was granted out of the queue lasts until the client shows up. Default: the option. */
  readonly claimMs?: number;
  /** How long the lease lasts at the most and, if nothing goes wrong, at least: renewals included. Default: not checked. */
  readonly lastsMs?: number;
  /** It is turned away instead of waiting behind so many others. Default: no limit. */
  readonly maxWaiters?: number;
}

/** The client learned that it has a place in the queue. */
export interface Queued extends OfOperation {
  readonly type: "queued";
}

/** The client learned that it holds the names. */
export interface Granted extends OfOperation {
  readonly type: "granted";
  /** One for each name, in the order of `names`; empty for a lock that has no fences. */
  readonly fences: readonly number[];
  /** Until when the holder may rely on the lease. */
  readonly until: number;
}

/** The call ended without a lease: `failed` says that nothing is held, `unknown` that the client cannot tell. */
export interface Ended extends OfOperation {
  readonly type: "failed" | "unknown";
  /**
   * That the server said no, so that the client has nothing to undo. If the network executes the request once more, later,
   * what that gets may stay until it runs out. Default false.
   */
  readonly turnedAway?: boolean;
}

/** The holder asks for the lease to last this long from now, if that is another time than `ttlMs` of the call. */
export interface Extending extends OfOperation {
  readonly type: "extending";
  readonly ttlMs: number;
}

/** The holder may rely on the lease until then. */
export interface Extended extends OfOperation {
  readonly type: "extended";
  readonly until: number;
}

/**
 * The holder asks for its lease to go on with another weight: a writer as a reader, or the only reader as the writer. Until
 * it is told, it may rely on the smaller of both weights.
 */
export interface Converting extends OfOperation {
  readonly type: "converting";
  readonly weight: number;
}

/** The holder learned that its lease goes on with the weight that it asked for last. */
export interface Converted extends OfOperation {
  readonly type: "converted";
  /** One for each name, in the order of `names`; empty for a lock that has no fences. */
  readonly fences: readonly number[];
}

/** The holder was told that its lease goes on as it is, because others hold the name as well. */
export interface Refused extends OfOperation {
  readonly type: "refused";
}

/** The holder was told that it may not rely on the lease any longer. */
export interface Lost extends OfOperation {
  readonly type: "lost";
}

/** The holder asks to release, and stops relying on the lease. */
export interface Releasing extends OfOperation {
  readonly type: "releasing";
}

/** The answer to a release. */
export interface Released extends OfOperation {
  readonly type: "released";
  readonly outcome: "released" | "expired" | "lost" | "unknown";
}

/**
 * The server carried out what the client sent to undo an operation, wholly or for one of its names. For recorders that
 * see what the server is asked.
 */
export interface Withdrawn extends OfOperation {
  readonly type: "withdrawn";
  readonly name: string;
  readonly attempt?: string;
}

/** The holder wrote to what the lock protects. */
export interface Effect extends OfOperation {
  readonly type: "effect";
  readonly name: string;
  /** The fence that went with the write, if the resource looks at fences. */
  readonly fence?: number;
  /** Whether the resource took the write. */
  readonly accepted: boolean;
}

/** What the server holds of a name, after it ran something that changed it. */
export interface ServerState {
  readonly type: "server";
  readonly at: number;
  readonly name: string;
  readonly capacity: number;
  readonly holders: readonly ServerHolder[];
  /** Who waits, the front first. */
  readonly queue: readonly ServerWaiter[];
  /** Nobody is let in before. Default: it is open. */
  readonly closedUntil?: number;
}

export interface ServerHolder {
  readonly op: Operation;
  /** Tells apart the tries of one operation, where a server remembers them. */
  readonly attempt?: string;
  readonly fence?: number;
  readonly weight: number;
  /** When the server lets the lease expire. */
  readonly until: number;
}

export interface ServerWaiter {
  readonly op: Operation;
  readonly attempt?: string;
}

/** Something was broken on purpose, from `at` to `until` (default: only then). */
export interface Fault {
  readonly type: "fault";
  readonly at: number;
  readonly until?: number;
  /** For people: what was done. */
  readonly what: string;
  /**
   * What a lock cannot be asked for because of it:
   *
   * - `exclusion`: the server lost what it had acknowledged, or its clock jumped. Leases that were held, or on their
   *   way to the client, between `at` and `until` are no longer exclusive by time. Fences still have to rise.
   * - `order`: places in the queue were lost.
   * - `client`: this client was dead or frozen, and cannot be told anything, or do anything, meanwhile.
   * - `listening`: this client may hear nothing of what is published to it meanwhile. It finds out by asking.
   * - `nothing`: messages were lost, late or repeated. Every promise holds.
   */
  readonly breaks: "exclusion" | "order" | "client" | "listening" | "nothing";
  /** The client that it hit; none for the server. */
  readonly client?: string;
  /** That the client's monotonic clock stood still as well, so that its timers are late by as much. Default false. */
  readonly clockStopped?: boolean;
  /** For how long it may still be felt after its end. Default: `aftermathMs` of the options. */
  readonly feltMs?: number;
}

/** No fault is active from here on: whoever waits must be served or told. */
export interface Quiet {
  readonly type: "quiet";
  readonly at: number;
}

/** Everything has ended, and the longest time to live has passed since. */
export interface End {
  readonly type: "end";
  readonly at: number;
  /** Keys that the server still has. */
  readonly keys: number;
}
