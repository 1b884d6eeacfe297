import { checkKnown } from "../check.ts";
import { invalid } from "../errors.ts";
import type { Emit } from "../events.ts";
import { storedChannel } from "../lock/channels.ts";
import type { LockCommands } from "../lock/commands.ts";
import type { LeaseCommands } from "../lock/lease-commands.ts";
import type { Store, Subscribe } from "../store/store.ts";
import { CLIENT_OPTIONS, type LocksOptions } from "./context.ts";
import { checkNamespace } from "./names.ts";

/** The way from a client to its locks: what it can ask, and how it is told. */
export interface Connection<Commands extends LeaseCommands = LockCommands> {
  /** The commands, or what makes them of the function that hears of each retry (`undefined`: nobody does). */
  readonly commands: Commands | ((emit: Emit) => Commands);
  /**
   * Listens to a channel, which has no namespace: one of the client's waits, or a latch's. Without it, waiters ask again
   * from time to time.
   */
  readonly subscribe?: Subscribe | undefined;
  /**
   * Is given, once, what tells every lease of the client that it was taken: for a connection that gives them back by
   * itself, as at the end of a page.
   */
  readonly revocable?: ((revoke: () => void) => void) | undefined;
}

/** The connection that the options name. `maker` is the public function that was called. */
export function connectionOf<Commands extends LeaseCommands>(
  maker: string,
  options: LocksOptions,
  commandsOf: (store: Store, namespace: string, emit: Emit) => Commands,
): Connection<Commands> {
  const { store, namespace = "holdfast" } = checkKnown(
    options,
    ["store", "namespace", ...CLIENT_OPTIONS],
    `${maker} option`,
  );
  checkStore(maker, store);
  checkNamespace(namespace);
  return {
    commands: (emit) => commandsOf(store, namespace, emit),
    subscribe: subscribeTo(store, namespace),
  };
}

export function checkStore(maker: string, store: Store): void {
  if (typeof store?.run !== "function")
    throw invalid(`${maker} needs a store, such as restStore({ url, token }).`);
}

/** Listens to the channels of one namespace of a store. */
export function subscribeTo(store: Store, namespace: string): Subscribe | undefined {
  const { subscribe } = store;
  return (
    subscribe &&
    ((channel, onMessage, signal) =>
      subscribe.call(store, storedChannel(namespace, channel), onMessage, signal))
  );
}
