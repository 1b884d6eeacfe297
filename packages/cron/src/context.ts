import { type Clock, createLocks, type Locks, type Store, systemClock } from "@holdfast/core";
import { checkClock, checkKeepsValues, checkKnown } from "@holdfast/core/commands";
import { checkFunction, checkText, invalid } from "./check.ts";
import type { CronCommands } from "./commands.ts";
import type { CronEventListener, RunEvent } from "./events.ts";
import { MAX_HOST_LENGTH } from "./limits.ts";
import { storeCommands } from "./store/store-commands.ts";

/** The way to the state of tasks, and to the locks beside it. */
export interface CronBackend {
  readonly commands: CronCommands;
  readonly locks: Locks;
}

export interface CronClientOptions {
  /** Where this client runs, for the history: 1 to 128 UTF-16 units. Default: not told. */
  readonly host?: string;
  /** Hears what happens to runs, and to their locks where this client makes them. */
  readonly onEvent?: CronEventListener;
  /** Keeps work alive after the response was sent, as `ctx.waitUntil` of a Worker does. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Replaces the platform's time and chance, for tests. */
  readonly clock?: Clock;
}

export interface CronOptions extends CronClientOptions {
  /** Where the locks and the records live. */
  readonly store: Store;
  /** Keeps applications apart that share a database: 1 to 64 of A-Z a-z 0-9 _ . : - . Default `holdfast`. */
  readonly namespace?: string;
  /** Locks of the same store and namespace, to share their event stream. Default: locks of its own. */
  readonly locks?: Locks;
}

/** What the calls of one client share. */
export interface Context extends CronBackend {
  readonly clock: Clock;
  readonly host: string | null;
  readonly emit: (event: RunEvent) => void;
  readonly background: (work: Promise<unknown>) => void;
}

export const CLIENT_OPTIONS: readonly string[] = ["host", "onEvent", "waitUntil", "clock"];
const STORE_OPTIONS: readonly string[] = ["store", "namespace", "locks", ...CLIENT_OPTIONS];

/** The backend over a store. `maker` is the public function that was called. */
export function backendOf(maker: string, options: CronOptions): CronBackend {
  const { store, namespace, locks, ...rest } = checkKnown(options, STORE_OPTIONS, `${maker} option`);
  checkKeepsValues(maker, store);
  const { onEvent, waitUntil, clock } = rest;
  return {
    commands: storeCommands(store, namespace),
    locks:
      locks ??
      createLocks({
        store,
        ...(namespace !== undefined && { namespace }),
        ...(onEvent && { onEvent }),
        ...(waitUntil && { waitUntil }),
        ...(clock && { clock }),
      }),
  };
}

export function contextOf(
  { commands, locks }: CronBackend,
  { host, onEvent, waitUntil, clock = systemClock }: CronClientOptions,
): Context {
  checkClock(clock);
  checkFunction("onEvent", onEvent);
  checkFunction("waitUntil", waitUntil);
  for (const [name, part] of Object.entries({ commands, locks }))
    if (typeof part !== "object" || part === null) throw invalid(`a backend needs ${name}.`);
  if (host !== undefined) checkText("host", host, MAX_HOST_LENGTH);
  return {
    commands,
    locks,
    clock,
    host: host ?? null,
    emit(event) {
      try {
        onEvent?.(event);
      } catch {
        // Whoever listens does not decide how a run turns out.
      }
    },
    background(work) {
      const settled = work.catch(() => {});
      try {
        waitUntil?.(settled);
      } catch {
        // As above: `ctx.waitUntil` taken off its object, for one.
      }
    },
  };
}
