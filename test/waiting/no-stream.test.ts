import { createLocks, restStore, type Store } from "@holdfast/core";
import { faultyFetch } from "@holdfast/testing";
import { expect, it } from "vitest";
import type { Fixture } from "../support/fixture.ts";
import { onEveryEngineAtOnce, restOptions, untilWaiting } from "./queue.ts";

type Subscribe = NonNullable<Store["subscribe"]>;

/** Ways for a store to have no wake-ups after all. */
const broken: Record<string, Subscribe> = {
  rejects: () => Promise.reject(new Error("no streaming here")),
  throws: () => {
    throw new Error("no streaming here");
  },
  "never answers": () => new Promise(() => {}),
  "ends as soon as it opened": async () => ({ closed: Promise.resolve() }),
};

function clientOf(fixture: Fixture, subscribe: Subscribe) {
  const network = faultyFetch();
  let subscribed = 0;
  const { run } = restStore({ ...restOptions(fixture), fetch: network.fetch });
  const store: Store = {
    run,
    subscribe: (...args) => {
      subscribed++;
      return subscribe(...args);
    },
  };
  return { locks: createLocks({ store }), network, subscribed: () => subscribed };
}

onEveryEngineAtOnce("no wake-ups", (fixture) => {
  it.each(Object.entries(broken))(
    "where subscribe %s, the waiter polls and is served",
    async (_, subscribe) => {
      const name = fixture.name();
      const holder = await fixture.client().locks.acquire(name);
      const { locks } = clientOf(fixture, subscribe);
      const waiting = locks.acquire(name, { waitMs: 2500 });
      waiting.catch(() => {});
      await untilWaiting(fixture, name, 1);
      await holder.release();
      expect((await waiting).fence).toBeGreaterThan(holder.fence);
    },
  );

  it.each(Object.entries(broken))(
    "where subscribe %s, half a second of waiting sends no storm of requests",
    async (_, subscribe) => {
      const name = fixture.name();
      await fixture.client().locks.acquire(name);
      const { locks, network, subscribed } = clientOf(fixture, subscribe);
      await expect(locks.acquire(name, { waitMs: 500 })).rejects.toMatchObject({ code: "timeout" });
      expect(subscribed()).toBeLessThanOrEqual(10);
      expect(network.requests.length).toBeLessThanOrEqual(30);
    },
  );

  it("a store that will not stream is not asked again by the next wait", async () => {
    const name = fixture.name();
    await fixture.client().locks.acquire(name);
    const { locks, subscribed } = clientOf(fixture, () => Promise.reject(new Error("no streaming here")));
    for (let i = 0; i < 3; i++) await locks.acquire(name, { waitMs: 60 }).catch(() => {});
    expect(subscribed()).toBe(1);
  });
});
