import {
  createLocks,
  foundQuorum,
  type LockEvent,
  type Locks,
  type LocksOptions,
  type QuorumOptions,
  type QuorumStore,
  quorumStore,
  restStore,
  type Store,
} from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { type FaultyFetch, faultyFetch } from "@holdfast/testing";
import type { RunningEngine, TestEngine } from "@holdfast/testing/node";
import { afterAll, beforeAll, describe } from "vitest";

export const TOKEN = "test-token";
let names = 0;

/** A database of the quorum, behind a gateway of its own. */
export interface Node {
  readonly gateway: Gateway;
  /** Ends the engine and starts it again with nothing in it. */
  restartEmpty(): Promise<void>;
}

/** A client, with a way of its own to each node. */
export interface QuorumClient {
  readonly locks: Locks;
  readonly store: QuorumStore;
  readonly stores: readonly Store[];
  readonly events: LockEvent[];
  readonly networks: readonly FaultyFetch[];
}

export type QuorumClientOptions = QuorumOptions &
  Omit<Partial<LocksOptions>, "clock" | "waitUntil"> & { readonly retries?: number };

export interface QuorumFixture {
  readonly nodes: readonly Node[];
  client(options?: QuorumClientOptions): QuorumClient;
  name(): string;
}

/** Engines behind gateways, for a whole test file, founded as a quorum of the default namespace. */
export function onNodes(
  title: string,
  { name: engine, start }: TestEngine,
  count: number,
  tests: (fixture: QuorumFixture) => void,
): void {
  describe(`${title} [${count} of ${engine}]`, () => {
    const nodes: Node[] = [];
    const engines: RunningEngine[] = [];
    beforeAll(async () => {
      for (let i = 0; i < count; i++) {
        const backend = await start();
        engines.push(backend);
        const { redisUrl } = backend;
        const gateway = await startGateway({
          port: 0,
          tokens: TOKEN,
          faults: true,
          adminToken: "test-admin",
          ...(redisUrl && { redisUrl }),
        });
        const restartEmpty = async () => {
          await backend.restart?.();
          await gateway.engine.restart();
        };
        nodes.push({ gateway, restartEmpty });
      }
      await foundQuorum(connect(nodes, {}).stores, { nodeTimeoutMs: 30_000 });
    });
    afterAll(async () => {
      for (const { gateway } of nodes) await gateway.close();
      for (const backend of engines) await backend.stop();
    });
    tests({
      nodes,
      client: (options = {}) => connect(nodes, options),
      name: () => `quorum-${++names}`,
    });
  });
}

function connect(nodes: readonly Node[], options: QuorumClientOptions): QuorumClient {
  const { namespace, defaults, onEvent, retries = 3, ...quorum } = options;
  const events: LockEvent[] = [];
  const networks = nodes.map(() => faultyFetch());
  const stores = nodes.map(({ gateway }, i) =>
    restStore({
      url: gateway.url,
      token: TOKEN,
      retry: { retries },
      ...(networks[i] && { fetch: networks[i].fetch }),
    }),
  );
  const store = quorumStore(stores, quorum);
  const locks = createLocks({
    store,
    ...(namespace !== undefined && { namespace }),
    ...(defaults && { defaults }),
    onEvent(event) {
      events.push(event);
      onEvent?.(event);
    },
  });
  return { locks, store, stores, events, networks };
}
