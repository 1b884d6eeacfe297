import type { LossReason } from "./errors.ts";
import type { LeaseMode, ReleaseOutcome } from "./lease/lease.ts";
import type { RetryReason, StoreNotice } from "./store/store.ts";

/** Which kind of request an event is about. */
export type Verb = "acquire" | "extend" | "release" | "inspect" | "latch";

/** What happened to locks of this client. Durations are in milliseconds. No event carries a secret. */
export type LockEvent =
  /** A lease was granted, `durationMs` after it was asked for. */
  | {
      readonly type: "acquired";
      readonly name: string;
      readonly mode: LeaseMode;
      readonly fence: number;
      readonly ttlMs: number;
      readonly durationMs: number;
    }
  /** Somebody else holds the name; told once per acquire. Its lease ends in `freeInMs` unless renewed. */
  | {
      readonly type: "contended";
      readonly name: string;
      readonly heldForMs: number;
      readonly freeInMs: number;
    }
  /** A wait for a busy name ended. */
  | {
      readonly type: "waited";
      readonly name: string;
      readonly outcome: "granted" | "timeout" | "aborted" | "failed";
      readonly durationMs: number;
      readonly requests: number;
    }
  | {
      readonly type: "extended";
      readonly name: string;
      readonly fence: number;
      readonly remainingMs: number;
      readonly durationMs: number;
    }
  | {
      readonly type: "released";
      readonly name: string;
      readonly fence: number;
      readonly outcome: ReleaseOutcome;
      readonly heldMs: number;
    }
  /** A lease ended before it was released. */
  | {
      readonly type: "lost";
      readonly name: string;
      readonly fence: number;
      readonly reason: LossReason;
      readonly heldMs: number;
    }
  /** A request got no answer in time, so what the server did is not known; whatever it granted is given back. */
  | {
      readonly type: "unknown";
      readonly name: string;
      readonly during: "acquire" | "extend" | "release";
      readonly durationMs: number;
    }
  /** A request is about to be sent again. `names` holds more than one when a renewal carried several leases. */
  | {
      readonly type: "retried";
      readonly names: readonly string[];
      readonly during: Verb;
      readonly attempt: number;
      readonly delayMs: number;
      readonly reason: RetryReason;
    }
  /** What a store told of a request: how a node of a quorum voted, or that too few replicas have the write. */
  | (StoreNotice & { readonly names: readonly string[]; readonly during: Verb });

/** Receives events. It runs on the lock's own path: keep it short. What it throws is dropped. */
export type EventListener = (event: LockEvent) => void;

/** @internal Undefined without a listener, so that `emit?.({ … })` builds no event that nobody hears. */
export type Emit = ((event: LockEvent) => void) | undefined;

export function emitter(listener: EventListener | undefined): Emit {
  if (!listener) return undefined;
  return (event) => {
    try {
      listener(event);
    } catch {}
  };
}
