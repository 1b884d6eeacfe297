import { checkKnown } from "../check.ts";
import { type Clock, checkClock, systemClock } from "../clock.ts";
import { invalid } from "../errors.ts";
import { type Emit, type EventListener, emitter } from "../events.ts";
import { createSightings } from "../lease/grant.ts";
import { type Background, createKeeper } from "../lease/keeper.ts";
import type { LockCommands } from "../lock/commands.ts";
import type { LeaseCommands } from "../lock/lease-commands.ts";
import type { Store } from "../store/store.ts";
import type { AcquireContext } from "../wait/acquire.ts";
import { createWakeUps } from "../wait/wake-ups.ts";
import { token } from "./claim.ts";
import { checkNamespace } from "./names.ts";
import { checkDefaults, type DefaultOptions } from "./options.ts";

export interface LocksOptions {
  /** Where the locks live. */
  readonly store: Store;
  /** Keeps applications apart that share a database: 1 to 64 of A-Z a-z 0-9 _ . : - . Default `holdfast`. */
  readonly namespace?: string;
  /** Replace the built-in defaults for all calls of this client. */
  readonly defaults?: DefaultOptions;
  /** Hears what happens to this client's locks. */
  readonly onEvent?: EventListener;
  /**
   * Keeps work alive after the response was sent, as `ctx.waitUntil` of a Worker does: renewal, and giving back
   * what a failed acquire may have got.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Replaces the platform's time and chance, for tests. */
  readonly clock?: Clock;
}

/** What the locks of one client share. */
export interface ClientContext<Commands extends LeaseCommands = LeaseCommands> extends AcquireContext {
  readonly commands: Commands;
  readonly store: Store;
  readonly namespace: string;
  readonly defaults: DefaultOptions;
}

/** The context of a client that has every kind of lock. */
export type LocksContext = ClientContext<LockCommands>;

const KNOWN = ["store", "namespace", "defaults", "onEvent", "waitUntil", "clock"];

/** Does no I/O. `maker` is the public function that was called; `commandsOf` brings the scripts that it needs. */
export function createContext<Commands extends LeaseCommands>(
  maker: string,
  options: LocksOptions,
  commandsOf: (store: Store, namespace: string, emit: Emit) => Commands,
): ClientContext<Commands> {
  const {
    store,
    namespace = "holdfast",
    onEvent,
    waitUntil,
    clock = systemClock,
  } = checkKnown(options, KNOWN, `${maker} option`);
  if (typeof store?.run !== "function")
    throw invalid(`${maker} needs a store, such as restStore({ url, token }).`);
  checkNamespace(namespace);
  checkClock(clock);
  for (const [name, fn] of Object.entries({ onEvent, waitUntil }))
    if (fn !== undefined && typeof fn !== "function") throw invalid(`${name} must be a function.`);
  const defaults = checkDefaults(options.defaults);

  const emit = emitter(onEvent);
  const commands = commandsOf(store, namespace, emit);
  const background: Background = (work) => {
    const settled = work.catch(() => {});
    try {
      waitUntil?.(settled);
    } catch {
      // What keeps work alive must not decide how a lock turns out, such as `ctx.waitUntil` taken off its object.
    }
  };
  const keeper = createKeeper(clock, emit, commands, background);
  const wakeUps = createWakeUps(clock, store, `${namespace}:wake:${token(clock)}`);
  return {
    store,
    namespace,
    defaults,
    sightings: createSightings(clock),
    clock,
    emit,
    commands,
    keeper,
    wakeUps,
    channel: store.subscribe ? wakeUps.channel : "-",
    local: new Map(),
  };
}
