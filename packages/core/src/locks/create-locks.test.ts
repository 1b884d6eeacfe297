import { describe, expect, it, vi } from "vitest";
import type { Script } from "../store/script.ts";
import type { Reply, Store } from "../store/store.ts";
import { createLocks } from "./create-locks.ts";

const NOW = 1_700_000_000_000;

/** A store with one free name after the other, which keeps the scripts it was asked to run. */
function agreeable(answers: Record<string, () => Reply> = {}) {
  const ran: { script: string; args: readonly string[] }[] = [];
  let fence = 0;
  const replies: Record<string, () => Reply> = {
    acquire: () => ["granted", ++fence, 30_000, "owner-of-it", NOW],
    "acquire-all": () => ["granted", 30_000, "owner-of-it", NOW, ++fence, ++fence],
    release: () => [1],
    extend: () => [30_000],
    ...answers,
  };
  const store: Store = {
    run: vi.fn(async (script: Script, _keys, args) => {
      ran.push({ script: script.name, args });
      return replies[script.name]?.() ?? [];
    }),
  };
  return { store, ran, scripts: () => ran.map(({ script }) => script) };
}

describe("createLocks", () => {
  it("does no I/O, and neither does making locks of other kinds", () => {
    const { store } = agreeable();
    const locks = createLocks({ store });
    locks.readWrite("a");
    locks.semaphore("b", { permits: 3 });
    expect(store.run).not.toHaveBeenCalled();
  });

  it("asks for what its defaults and the call say", async () => {
    const { store, ran } = agreeable();
    const locks = createLocks({ store, defaults: { ttlMs: 5000 } });
    await locks.acquire("a");
    await locks.acquire("a", { ttlMs: 6000 });
    const wishes = ran.map(({ args }) => args.join(" "));
    expect(wishes[0]).toContain(" 5000 ");
    expect(wishes[1]).toContain(" 6000 ");
  });

  it("gives a lease that says what was granted", async () => {
    const { store } = agreeable();
    const lease = await createLocks({ store }).acquire("a", { metadata: { job: 1 } });
    expect(lease).toMatchObject({
      name: "a",
      names: ["a"],
      mode: "exclusive",
      owner: "owner-of-it",
      fence: 1,
      metadata: { job: 1 },
    });
    expect(lease.remainingMs()).toBeGreaterThan(29_000);
    expect(lease.expiresAt).toBeLessThanOrEqual(Date.now() + 30_000);
  });

  it("tryAcquire gives null for a name that is held", async () => {
    const { store } = agreeable({ acquire: () => ["held", 100, 100, 0, NOW] });
    expect(await createLocks({ store }).tryAcquire("a")).toBeNull();
  });

  it("fails as its store does", async () => {
    const error = new Error("of the store");
    const locks = createLocks({ store: { run: () => Promise.reject(error) } });
    await expect(locks.acquire("a")).rejects.toBe(error);
    await expect(locks.inspect("a")).rejects.toBe(error);
  });

  it("a store that throws instead of rejecting is a failure like any other", async () => {
    const error = new Error("of the store");
    const run = () => {
      throw error;
    };
    await expect(createLocks({ store: { run } }).acquire("a")).rejects.toBe(error);
  });
});

describe("request", () => {
  it("gives what its function gives, a promise or not, and releases after it", async () => {
    const { store, scripts } = agreeable();
    const locks = createLocks({ store });
    expect(await locks.request("a", () => 1)).toBe(1);
    expect(await locks.request("a", { ttlMs: 1000 }, async ({ fence }) => fence)).toBe(2);
    expect(scripts()).toEqual(["acquire", "release", "acquire", "release"]);
  });

  it("throws what its function throws, and releases all the same", async () => {
    const { store, scripts } = agreeable();
    const error = new Error("of the work");
    const work = () => {
      throw error;
    };
    await expect(createLocks({ store }).request("a", work)).rejects.toBe(error);
    expect(scripts()).toEqual(["acquire", "release"]);
  });

  it("gives the result also when the release fails or finds the lease gone", async () => {
    const failing = () => {
      throw new Error("of the store");
    };
    for (const release of [failing, () => [0]]) {
      const { store } = agreeable({ release });
      expect(await createLocks({ store }).request("a", () => "result")).toBe("result");
    }
  });

  it("does not run its function without the lock", async () => {
    const { store } = agreeable({ acquire: () => ["held", 100, 100, 0, NOW] });
    const work = vi.fn();
    await expect(createLocks({ store }).request("a", { waitMs: 0 }, work)).rejects.toMatchObject({
      code: "timeout",
    });
    expect(work).not.toHaveBeenCalled();
  });

  it("leaves a lease alone that its function has released", async () => {
    const { store, scripts } = agreeable();
    await createLocks({ store }).request("a", async (lease) => void (await lease.release()));
    expect(scripts()).toEqual(["acquire", "release"]);
  });
});

describe("await using", () => {
  it("releases at the end of the block, however it ends", async () => {
    const { store, scripts } = agreeable();
    const locks = createLocks({ store });
    const block = async () => {
      await using lease = await locks.acquire("a");
      throw new Error(`in the block with ${lease.fence}`);
    };
    await expect(block()).rejects.toThrow("in the block with 1");
    expect(scripts()).toEqual(["acquire", "release"]);
  });
});
