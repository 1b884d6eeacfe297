import type {
  AcquireOptions,
  foundQuorum,
  LockEvent,
  Locks,
  quorumStore,
  TryAcquireOptions,
} from "@holdfast/core";
import type { Random, SimulatedClient } from "@holdfast/testing/simulation";
import type { Sdk } from "../holdfast.ts";
import { type Choice, PRIMITIVES } from "../primitives.ts";
import type { Subject } from "../subject.ts";
import type { QuorumScene } from "./scene.ts";

/** The SDK under test: the sources, or the sources with a mistake of ours. */
export interface QuorumSdk extends Sdk {
  readonly quorumStore: typeof quorumStore;
  readonly foundQuorum: typeof foundQuorum;
}

export const NAMESPACE = "sim";

/** A client's own library over the nodes. */
export type Connect = (
  client: SimulatedClient,
  random: Random,
  onEvent?: (event: LockEvent) => void,
) => Connected;

export interface Connected {
  readonly locks: Locks;
  readonly client: SimulatedClient;
}

/** @param onVote is told of each answer of a node. */
export function connectOver(
  sdk: QuorumSdk,
  { maxTtlMs, nodeTimeoutMs, durable }: QuorumScene,
  onVote: (vote: string) => void,
): Connect {
  return (client, random, onEvent) => {
    const { clock, fetch } = client;
    const timeoutMs = Math.ceil(random.magnitude(300, 5000));
    const nodes = client.urls.map((url) => sdk.restStore({ url, token: "token", fetch, clock, timeoutMs }));
    const restarts = durable ? "durable" : "lossy";
    const store = sdk.quorumStore(nodes, { clock, maxTtlMs, nodeTimeoutMs, restarts });
    const locks = sdk.createLocks({
      store,
      clock,
      namespace: NAMESPACE,
      onEvent(event) {
        if (event.type === "voted") onVote(event.vote);
        onEvent?.(event);
      },
    });
    return { locks, client };
  };
}

/** Each client has its own store over the same nodes. */
export function overQuorum(connect: Connect): Subject {
  return {
    connect({ client, primitive, random, record }) {
      const { locks } = connect(client, random, (event) => {
        if (event.type === "extended") record.renewed(event.name, event.fence);
      });
      return (names, chance) => inNoOrder(PRIMITIVES[primitive](locks, names, chance));
    },
    watch() {},
  };
}

/** A quorum has no queue, so there is nothing to pass, to limit or to claim. */
function inNoOrder(choice: Choice): Choice {
  const plain = <Options extends AcquireOptions | TryAcquireOptions>(options: Options): Options => {
    const { fair: _, maxWaiters: __, claimMs: ___, lockDelayMs: ____, ...rest } = options as AcquireOptions;
    return rest as Options;
  };
  const { tryAcquire, request } = choice;
  return {
    ...choice,
    acquire: (options) => choice.acquire(plain(options)),
    ...(tryAcquire && { tryAcquire: (options) => tryAcquire(plain(options)) }),
    ...(request && { request: (options, fn) => request(plain(options), fn) }),
  };
}
