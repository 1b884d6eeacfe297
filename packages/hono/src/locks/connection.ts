import type { Lease, Locks, Store } from "@holdfast/core";
import {
  type Claim,
  createLocksOver,
  type EventListener,
  type LockCommands,
  type StoreConnection,
  storeConnection,
} from "@holdfast/core/commands";
import { leaveTo, type ServiceContext } from "../context.ts";
import { noticed } from "../nodes/notices.ts";
import { withOwnersOfTries } from "../nodes/owners.ts";
import { patiently } from "./tries.ts";

/** Streams and timers belong to one request: the edge lets none touch the I/O of another. Stores are shared. */

/** Where the locks live. */
export function lockStoreOf(c: ServiceContext): Store {
  const { nodes, store } = c.var.service;
  return nodes?.storeFor(leaveTo(c)) ?? store;
}

/** The store's commands for the names of whoever asks. */
export function connectionOf(c: ServiceContext): StoreConnection {
  const { service, principal } = c.var;
  const connection = storeConnection(lockStoreOf(c), service.namespaceOf(principal), {
    onEvent: (event) => noticed(service, event),
  });
  if (!service.nodes) return connection;
  return { ...connection, commands: withOwnersOfTries(connection.commands) };
}

/** The SDK over the same names, for as long as the request and what it leaves behind. */
export function locksOf(c: ServiceContext): Locks {
  return createLocksOver(connectionOf(c), { waitUntil: leaveTo(c) });
}

export interface OwnedLocks {
  readonly locks: Locks;
  /** The owner of a lease that these locks gave. */
  ownerOf(lease: Lease): string;
}

/**
 * The SDK for one acquire whose owner token is known already: it stands for the one that the SDK draws. A wait is time in the
 * queue; a store that works is not taken for one that does not because the wait is shorter than its answer.
 */
export function locksOwnedBy(owner: string, c: ServiceContext, onEvent: EventListener): OwnedLocks {
  const { commands, subscribe } = connectionOf(c);
  let drawn: string | undefined;
  const own = <T extends Claim>(claim: T): T => {
    drawn ??= claim.owner;
    return claim.owner === drawn ? { ...claim, owner } : claim;
  };
  const owned: LockCommands = {
    ...commands,
    acquire: (target, claim, wish, manner, maxWaiters, run) =>
      commands.acquire(target, own(claim), wish, manner, maxWaiters, patiently(run)),
    acquireAll: (names, claim, wish, run) => commands.acquireAll(names, own(claim), wish, patiently(run)),
    extend: (leases, run) => commands.extend(leases.map(own), run),
    release: (leases, claim, run) => commands.release(leases, own(claim), run),
    takeBack: (targets, claim, ...rest) => commands.takeBack(targets, own(claim), ...rest),
  };
  return {
    locks: createLocksOver({ commands: owned, subscribe }, { waitUntil: leaveTo(c), onEvent }),
    ownerOf: (lease) => (lease.owner === drawn ? owner : lease.owner),
  };
}
