import { type Clock, checkClock, systemClock } from "../clock.ts";
import { invalid } from "../errors.ts";
import { type EventListener, emitter } from "../events.ts";
import { createSightings } from "../lease/grant.ts";
import { type Background, createKeeper } from "../lease/keeper.ts";
import { wakeUpChannel } from "../lock/channels.ts";
import type { LockCommands } from "../lock/commands.ts";
import type { LeaseCommands } from "../lock/lease-commands.ts";
import type { Store, Subscribe } from "../store/store.ts";
import type { AcquireContext } from "../wait/acquire.ts";
import { createWakeUps } from "../wait/wake-ups.ts";
import { token } from "./claim.ts";
import type { Connection } from "./connection.ts";
import { checkDefaults, type DefaultOptions } from "./options.ts";

/** What a client of locks can be told, wherever they live. */
export interface ClientOptions {
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

export interface LocksOptions extends ClientOptions {
  /** Where the locks live. */
  readonly store: Store;
  /** Keeps applications apart that share a database: 1 to 64 of A-Z a-z 0-9 _ . : - . Default `holdfast`. */
  readonly namespace?: string;
}

export const CLIENT_OPTIONS: readonly string[] = ["defaults", "onEvent", "waitUntil", "clock"];

/** What the locks of one client share. */
export interface ClientContext<Commands extends LeaseCommands = LeaseCommands> extends AcquireContext {
  readonly commands: Commands;
  readonly subscribe: Subscribe | undefined;
  readonly defaults: DefaultOptions;
}

/** The context of a client that has every kind of lock. */
export type LocksContext = ClientContext<LockCommands>;

/** Does no I/O. That no option is misspelled is known already. */
export function createContext<Commands extends LeaseCommands>(
  { commands: given, subscribe }: Connection<Commands>,
  { onEvent, waitUntil, clock = systemClock, ...options }: ClientOptions,
): ClientContext<Commands> {
  checkClock(clock);
  for (const [name, fn] of Object.entries({ onEvent, waitUntil }))
    if (fn !== undefined && typeof fn !== "function") throw invalid(`${name} must be a function.`);
  const defaults = checkDefaults(options.defaults);

  const emit = emitter(onEvent);
  const commands = typeof given === "function" ? given(emit) : given;
  const background: Background = (work) => {
    const settled = work.catch(() => {});
    try {
      waitUntil?.(settled);
    } catch {
      // What keeps work alive must not decide how a lock turns out, such as `ctx.waitUntil` taken off its object.
    }
  };
  const keeper = createKeeper(clock, emit, commands, background);
  const channel = wakeUpChannel(token(clock));
  return {
    subscribe,
    defaults,
    sightings: createSightings(clock),
    clock,
    emit,
    commands,
    keeper,
    wakeUps: createWakeUps(clock, subscribe, channel),
    channel: subscribe && channel,
    local: new Map(),
  };
}
