import { createLocks, type Locks, type LocksOptions, restStore, type Store } from "@holdfast/core";
import { countedFetch, type Traffic } from "./traffic.ts";

/** What the harness tells each runtime. */
export interface Setting {
  /** Keeps the runtimes apart, which share one gateway. */
  readonly namespace: string;
  readonly gatewayUrl: string;
  readonly token: string;
  /** The lock service, and the bearer token that it takes. */
  readonly workerUrl: string;
  readonly apiKey: string;
  /** A redis-server, and a gateway in front of it. */
  readonly redis?: { readonly url: string; readonly gatewayUrl: string };
}

/** One that competes for locks: another machine, as far as the store can tell. */
export interface Client {
  readonly locks: Locks;
  readonly store: Store;
  readonly traffic: Traffic;
}

/** What a scenario works with. */
export interface World extends Setting {
  /** A lock name that is this scenario's own. */
  readonly name: string;
  /** Two clients. A world has the same for all its scenarios: each may keep a connection open for its stream. */
  readonly first: Client;
  readonly second: Client;
  /** One more. */
  client(): Client;
}

/** `platform`: what a platform wants its locks to know. */
export function createWorld(
  setting: Setting,
  platform: Pick<LocksOptions, "waitUntil"> = {},
): Omit<World, "name"> {
  const client = (): Client => {
    const traffic = countedFetch();
    const { gatewayUrl: url, token, namespace } = setting;
    const store = restStore({ url, token, fetch: traffic.fetch });
    return { store, traffic, locks: createLocks({ store, namespace, ...platform }) };
  };
  return { ...setting, client, first: client(), second: client() };
}
