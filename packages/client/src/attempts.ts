import type { Clock } from "@holdfast/core";
import type { Claim, Target, Wish } from "@holdfast/core/commands";
import { bytesOf, releases, withdrawals } from "./requests.ts";
import type { Call } from "./transport.ts";

/** What an attempt may have at the service: a lease, a place in the queue, or a request on its way. */
export interface Open {
  readonly name: string;
  readonly claim: Claim;
  /** What it was asked for with; unknown for a lease that another process got. */
  readonly asked?: { readonly target: Target; readonly wish: Wish } | undefined;
  /** Of the lease, once it is known. */
  readonly fence?: number | undefined;
}

/** Where an attempt waits. */
export interface Place {
  /** From 1. */
  readonly position: number;
  /** When the next lease in the way ends unless it is extended. */
  readonly freeInMs: number;
  /** What an inspection calls the waiter. */
  readonly hash: string | undefined;
}

interface Entry extends Open {
  fence?: number | undefined;
  readonly since: number;
  /** By the monotonic clock; a lease that is over is nobody's concern. */
  endsAt: number;
  /** A wake-up granted it, after this long, and the service has not been told. */
  untold?: number | undefined;
}

/** Hears of everything that an attempt may have, before the request leaves that may get it. `undefined`: nothing any more. */
export type OpenListener = (key: string, open: Open | undefined) => void;

/** What one client has at the service, as far as it can know: for the end of the page, which leaves no time to ask. */
export interface Attempts {
  /** A request is about to leave. @returns how long ago the first one did. */
  asked(target: Target, claim: Claim, wish: Wish): number;
  granted(name: string, claim: Claim, fence: number, remainingMs: number): void;
  queued(claim: Claim, place: Place): void;
  watchPlace(attempt: string, hear: (place: Place) => void): () => void;
  /** A wake-up was heard. @returns whether it is meant for an attempt that goes on. */
  woken(nonce: string, fence: number): boolean;
  /** How long was waited for the lease, the first time that is asked after a wake-up granted it. */
  untold(name: string, claim: Claim): number | undefined;
  extended(name: string, claim: Claim, remainingMs: number): void;
  ended(name: string, claim: Claim): void;
  all(): Open[];
  /** Whether what the attempt had was given back without its knowing. Nothing may be asked for it any more. */
  isGone(claim: Claim): boolean;
  /** What is open is given back by somebody else: those who wait for it will be told when they ask. */
  abandon(): Open[];
}

const MOST_GONE = 10_000;

const keyOf = (name: string, { attempt, owner }: Claim) => `${attempt} ${owner} ${name}`;

export function createAttempts(clock: Clock, listener?: OpenListener): Attempts {
  const entries = new Map<string, Entry>();
  const watchers = new Map<string, (place: Place) => void>();
  const gone = new Set<string>();
  let sweepAt = 100;

  /** Leases that ended by themselves leave no trace here otherwise. */
  function sweep(): void {
    if (entries.size < sweepAt) return;
    const now = clock.now();
    for (const [key, { endsAt }] of entries) if (endsAt < now) remove(key);
    sweepAt = Math.max(100, entries.size * 2);
  }

  function remove(key: string): void {
    if (entries.delete(key)) listener?.(key, undefined);
  }

  function tell(key: string, { name, claim, asked, fence }: Entry): void {
    listener?.(key, { name, claim, asked, fence });
  }

  return {
    asked(target, claim, wish) {
      const key = keyOf(target.name, claim);
      const known = entries.get(key);
      if (known) return clock.now() - known.since;
      sweep();
      const entry: Entry = {
        name: target.name,
        claim,
        asked: { target, wish },
        since: clock.now(),
        endsAt: Number.POSITIVE_INFINITY,
      };
      entries.set(key, entry);
      tell(key, entry);
      return 0;
    },
    granted(name, claim, fence, remainingMs) {
      const key = keyOf(name, claim);
      const before = entries.get(key);
      const now = clock.now();
      const entry: Entry = { since: now, ...before, name, claim, fence, endsAt: now + remainingMs };
      if (before?.fence === fence) return;
      entries.set(key, entry);
      tell(key, entry);
    },
    queued: ({ attempt }, place) => watchers.get(attempt)?.(place),
    watchPlace(attempt, hear) {
      watchers.set(attempt, hear);
      return () => watchers.delete(attempt);
    },
    woken(nonce, fence) {
      for (const [key, entry] of entries) {
        if (entry.asked?.wish.nonce !== nonce) continue;
        entry.fence = fence;
        entry.untold ??= clock.now() - entry.since;
        entry.endsAt = clock.now() + entry.asked.wish.ttlMs;
        tell(key, entry);
        return true;
      }
      return false;
    },
    untold(name, claim) {
      const entry = entries.get(keyOf(name, claim));
      const waitedMs = entry?.untold;
      if (entry) entry.untold = undefined;
      return waitedMs === undefined ? undefined : Math.round(waitedMs);
    },
    extended(name, claim, remainingMs) {
      const key = keyOf(name, claim);
      const entry = entries.get(key);
      if (entry && remainingMs > 0) entry.endsAt = clock.now() + remainingMs;
      else remove(key);
    },
    ended: (name, claim) => remove(keyOf(name, claim)),
    all: () => [...entries.values()],
    isGone: (claim) => gone.has(keyOf("", claim)),
    abandon() {
      const open = [...entries.values()];
      for (const { name, claim } of open) {
        gone.add(keyOf("", claim));
        remove(keyOf(name, claim));
      }
      // Who has not asked by now never will.
      for (const key of gone) if (gone.size > MOST_GONE) gone.delete(key);
      return open;
    },
  };
}

/** What a browser lets a page have under way when it goes, in bytes (Fetch standard: 64 KiB), and something for the rest. */
const BEACON_BYTES = 60_000;

/** The requests that end all of it, leases first; as many of them as a page that goes can send. */
export function farewell(open: readonly Open[]): Call[] {
  const leases = new Map<string, { claim: Claim; leases: { name: string; fence: number }[] }>();
  const places = new Map<Wish, { claim: Claim; targets: Target[]; wish: Wish }>();
  for (const { name, claim, asked, fence } of open) {
    if (fence !== undefined) {
      const group = leases.get(keyOf("", claim)) ?? { claim, leases: [] };
      group.leases.push({ name, fence });
      leases.set(keyOf("", claim), group);
    } else if (asked) {
      const group = places.get(asked.wish) ?? { claim, targets: [], wish: asked.wish };
      group.targets.push(asked.target);
      places.set(asked.wish, group);
    }
  }
  return [
    ...[...leases.values()].flatMap((group) => releases(group.leases, group.claim)),
    ...[...places.values()].flatMap((group) => withdrawals(group.targets, group.claim, group.wish)),
  ];
}

/** Those of the calls that fit together into what a page may send at its end. */
export function lastCalls(calls: readonly Call[]): Call[] {
  let room = BEACON_BYTES;
  return calls.filter(({ body = {} }) => {
    const bytes = bytesOf(body);
    if (bytes > room) return false;
    room -= bytes;
    return true;
  });
}
