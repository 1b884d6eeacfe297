import { checkKnown } from "../check.ts";
import { invalid } from "../errors.ts";
import { type EventListener, emitter } from "../events.ts";
import { type LockCommands, lockCommands } from "../lock/commands.ts";
import { checkStore, subscribeTo } from "../locks/connection.ts";
import { checkNamespace } from "../locks/names.ts";
import type { Store, Subscribe } from "../store/store.ts";

export interface StoreConnectionOptions {
  /** Hears of each request that is sent again. */
  readonly onEvent?: EventListener;
}

/** The server's end of a connection. */
export interface StoreConnection {
  readonly commands: LockCommands;
  /** Listens to a channel as the commands name it; `undefined` where the store cannot. */
  readonly subscribe: Subscribe | undefined;
}

/**
 * The commands of a namespace of a store, for whoever carries them to clients that must not have the store. Does no I/O:
 * make one for each namespace as it is needed. It checks no argument of a command: who takes them from elsewhere does,
 * by `LIMITS`, `TOKEN_PATTERN`, `isChannel` and the types.
 *
 * @throws HoldfastError `invalid-argument` for a store or namespace that cannot work.
 * @example
 * ```ts
 * const { commands, subscribe } = storeConnection(store, "tenant-42");
 * const seen = await commands.inspect("invoice:42", 100, { signal });
 * ```
 */
export function storeConnection(
  store: Store,
  namespace: string,
  options: StoreConnectionOptions = {},
): StoreConnection {
  const { onEvent } = checkKnown(options, ["onEvent"], "storeConnection option");
  checkStore("storeConnection", store);
  checkNamespace(namespace);
  if (onEvent !== undefined && typeof onEvent !== "function") throw invalid("onEvent must be a function.");
  return {
    commands: lockCommands(store, namespace, emitter(onEvent)),
    subscribe: subscribeTo(store, namespace),
  };
}
