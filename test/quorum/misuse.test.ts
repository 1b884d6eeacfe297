import { createGuard, createLocks, foundQuorum, quorumStore, restStore, type Store } from "@holdfast/core";
import { createCron, createOnce } from "@holdfast/cron";
import { describe, expect, it } from "vitest";

/** A store whose use fails the test. */
const untouched = (): Store => ({
  run: () => {
    throw new Error("something was sent");
  },
});
const three = () => [untouched(), untouched(), untouched()];
const refused = (text: string) =>
  expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(text) });

describe("what cannot be a quorum is refused", () => {
  const one = untouched();
  it.each([
    ["no array", undefined, {}, "an array of 3 to 9 stores"],
    ["two stores", [one, untouched()], {}, "an array of 3 to 9 stores"],
    ["ten stores", Array.from({ length: 10 }, untouched), {}, "an array of 3 to 9 stores"],
    ["no store", [one, untouched(), {}], {}, "node-3 is no store, such as restStore({ url, token })"],
    ["a store that was forgotten", [one, undefined, untouched()], {}, "node-2 is no store"],
    ["a store twice", [one, untouched(), one], {}, "node-3 is given twice"],
    ["a quorum", [quorumStore(three()), untouched(), untouched()], {}, "node-1 is a quorum itself"],
    ["a cluster", [one, untouched(), { ...untouched(), slotOf: () => 1 }], {}, "node-3 is a Redis Cluster"],
    ["an unknown option", three(), { quorum: 2 }, "unknown quorumStore option"],
    ["maxTtlMs", three(), { maxTtlMs: 1.5 }, "maxTtlMs must be a whole number"],
    ["maxTtlMs beyond a day", three(), { maxTtlMs: 86_400_001 }, "maxTtlMs must be a whole number"],
    ["nodeTimeoutMs", three(), { nodeTimeoutMs: 0 }, "nodeTimeoutMs must be a whole number"],
    ["driftFactor", three(), { driftFactor: 0 }, "driftFactor must be a number from 0.01 to 0.5"],
    ["driftFactor", three(), { driftFactor: Number.NaN }, "driftFactor must be"],
    ["writeBack", three(), { writeBack: "yes" }, "writeBack must be true or false"],
    ["restarts", three(), { restarts: "maybe" }, 'restarts must be "lossy" or "durable"'],
    ["labels", three(), { labels: ["a", "b"] }, "labels must name each node differently"],
    ["labels", three(), { labels: ["a", "b", "a"] }, "labels must name each node differently"],
    ["labels", three(), { labels: ["a", "b", "c d"] }, "labels must name each node differently"],
    ["membership", three(), { membership: "{}" }, "namespace must be"],
    ["waitUntil", three(), { waitUntil: 1 }, "waitUntil must be a function"],
    ["clock", three(), { clock: {} }, "clock must have a function"],
  ])("%s", (_, nodes, options, text) => {
    expect(() => quorumStore(nodes as never, options as never)).toThrow(refused(text));
  });

  it("founding takes no more either", async () => {
    await expect(foundQuorum([one, one, one])).rejects.toEqual(refused("given twice"));
    await expect(foundQuorum(three(), { namespace: "{}" })).rejects.toEqual(refused("namespace"));
    await expect(foundQuorum(three(), { maxTtlMs: 5 } as never)).rejects.toEqual(
      refused("unknown foundQuorum option"),
    );
  });
});

describe("what a quorum cannot do is refused before anything is sent, with the reason", () => {
  const store = quorumStore(three());
  const locks = createLocks({ store });
  const sound = "counts and values that independent nodes keep for themselves";
  it.each([
    ["semaphores", () => locks.semaphore("a", { permits: 2 }).acquire(), sound],
    ["a semaphore of one", () => locks.semaphore("a", { permits: 1 }).tryAcquire(), sound],
    ["readers", () => locks.readWrite("a").read.tryAcquire(), sound],
    ["writers", () => locks.readWrite("a").write.acquire(), sound],
    ["latches", () => locks.latch("a", { count: 2 }).countDown(), sound],
    ["queues with an end", () => locks.acquire("a", { maxWaiters: 3 }), "a quorum has no queue"],
    ["theft", () => locks.acquire("a", { steal: true, waitMs: 0 }), "a quorum knows no steal"],
    [
      "a TTL beyond the longest",
      () => locks.acquire("a", { ttlMs: 60_001 }),
      "at most the quorum's maxTtlMs",
    ],
    [
      "a TTL and lock-delay beyond it",
      () => locks.acquire("a", { ttlMs: 50_000, lockDelayMs: 10_001 }),
      "ttlMs and lockDelayMs together may be at most",
    ],
    ["a namespace for the health", () => store.health("{}"), "namespace must be"],
    ["an option for it", () => store.health("a", { timeout: 1 } as never), "unknown health option"],
  ])("%s", async (_, attempt, text) => {
    await expect(attempt()).rejects.toEqual(refused(text));
  });

  it.each([
    ["createGuard", () => createGuard({ store })],
    ["createOnce", () => createOnce({ store })],
    ["createCron", () => createCron({ store })],
  ])("%s keeps values, and takes the store of one database", (maker, make) => {
    expect(make).toThrow(refused(`${maker} keeps values`));
  });

  it("nodes that refuse the credentials are told of as such", async () => {
    const { gateway, close } = await closedGateway();
    const stores = ["a", "b", "c"].map((token) => restStore({ url: gateway.url, token }));
    const error = await createLocks({ store: quorumStore(stores) })
      .tryAcquire("a")
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "unauthorized", message: expect.stringMatching(/^node-\d: /) });
    await expect(foundQuorum(stores)).rejects.toThrow("node-1: ");
    await close();
  });
});

async function closedGateway() {
  const { startGateway } = await import("@holdfast/gateway");
  const gateway = await startGateway({ port: 0, tokens: "another" });
  return { gateway, close: () => gateway.close() };
}
