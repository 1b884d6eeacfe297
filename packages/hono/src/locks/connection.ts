import type { Locks } from "@holdfast/core";
import {
  createLocksOver,
  type EventListener,
  type LockCommands,
  type StoreConnection,
  storeConnection,
} from "@holdfast/core/commands";
import { leaveTo, type ServiceContext } from "../context.ts";

/** Streams and timers belong to one request: the edge lets none touch the I/O of another. Stores are shared. */

/** The store's commands for the names of whoever asks. */
export function connectionOf(c: ServiceContext): StoreConnection {
  const { service, principal } = c.var;
  return storeConnection(service.store, service.namespaceOf(principal));
}

/** The SDK over the same names, for as long as the request and what it leaves behind. */
export function locksOf(c: ServiceContext): Locks {
  return createLocksOver(connectionOf(c), { waitUntil: leaveTo(c) });
}

/** The SDK for one acquire whose owner is known already. */
export function locksOwnedBy(owner: string, c: ServiceContext, onEvent: EventListener): Locks {
  const { commands, subscribe } = connectionOf(c);
  return createLocksOver(
    { commands: ownedBy(owner, commands), subscribe },
    { waitUntil: leaveTo(c), onEvent },
  );
}

function ownedBy(owner: string, commands: LockCommands): LockCommands {
  return {
    ...commands,
    acquire: (target, claim, ...rest) => commands.acquire(target, { ...claim, owner }, ...rest),
    acquireAll: (names, claim, ...rest) => commands.acquireAll(names, { ...claim, owner }, ...rest),
    takeBack: (targets, claim, ...rest) => commands.takeBack(targets, { ...claim, owner }, ...rest),
  };
}
