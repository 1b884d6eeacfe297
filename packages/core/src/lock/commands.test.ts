import { describe, expect, it, vi } from "vitest";
import type { LockEvent } from "../events.ts";
import { keysOf } from "../locks/names.ts";
import type { Script } from "../store/script.ts";
import type { Reply, RunOptions, Store } from "../store/store.ts";
import { lockCommands } from "./commands.ts";
import { encodeAsk, mutex, type Wish } from "./target.ts";

const claim = { attempt: "attempt-1", owner: "owner-of-it" };
const wish: Wish = {
  ttlMs: 1000,
  metadata: "",
  lockDelayMs: 0,
  claimMs: 2000,
  placeMs: 500,
  channel: "wake:x",
  nonce: "nonce",
};

/** A store that answers one thing, and keeps what it was asked. */
function answering(reply: Reply) {
  const asked: {
    script: string;
    keys: readonly string[];
    args: readonly string[];
    options: RunOptions | undefined;
  }[] = [];
  const store: Store = {
    run: async (script: Script, keys, args, options) => {
      asked.push({ script: script.name, keys, args, options });
      return reply;
    },
  };
  return { store, asked };
}

describe("lockCommands", () => {
  it("names all keys of a name in its own namespace, and sends texts only", async () => {
    const { store, asked } = answering(["granted", 1, 1000, "owner", 5]);
    await lockCommands(store, "app", undefined).acquire(mutex("a b"), claim, wish, "wait", 0, {});
    expect(asked).toMatchObject([{ script: "acquire", keys: keysOf("app", "a b") }]);
    expect(asked[0]?.args).toContain(encodeAsk("app", mutex("a b"), claim, wish));
    expect(asked[0]?.args.every((arg) => typeof arg === "string")).toBe(true);
  });

  it("extends many leases in one request, each with its own keys", async () => {
    const { store, asked } = answering([100, 0]);
    const leases = ["one", "two"].map((name) => ({ ...claim, name, ttlMs: 1000 }));
    expect(await lockCommands(store, "app", undefined).extend(leases, {})).toEqual([100, 0]);
    expect(asked.map(({ keys }) => keys)).toEqual([[...keysOf("app", "one"), ...keysOf("app", "two")]]);
  });

  it("a release of several names counts only if all of them were held", async () => {
    const leases = ["one", "two"].map((name) => ({ name, fence: 7 }));
    for (const [reply, held] of [
      [[1, 1], true],
      [[1, 0], false],
      [[0, 0], false],
    ] as const)
      expect(await lockCommands(answering(reply).store, "app", undefined).release(leases, claim, {})).toBe(
        held,
      );
  });

  it("says what a name is in use as", async () => {
    const semaphore = lockCommands(answering(["kind", "semaphore", 3]).store, "app", undefined);
    await expect(semaphore.acquire(mutex("a"), claim, wish, "try", 0, {})).rejects.toMatchObject({
      code: "kind-mismatch",
      message: expect.stringMatching(/"a" is in use as a semaphore of capacity 3.*another name or namespace/),
    });
    const foreign = lockCommands(answering(["kind", "", 0]).store, "app", undefined);
    await expect(foreign.inspect("a", 10, {})).rejects.toMatchObject({
      code: "kind-mismatch",
      message: expect.stringMatching(/"a" is in use by something that is not a lock/),
    });
  });

  it("tells of retries by name, and asks for no telling when nobody listens", async () => {
    const heard: LockEvent[] = [];
    const { store, asked } = answering([1]);
    await lockCommands(store, "app", (event) => heard.push(event)).release(
      [{ name: "a", fence: 7 }],
      claim,
      {},
    );
    asked[0]?.options?.onRetry?.({ attempt: 1, delayMs: 50, reason: "network" });
    expect(heard).toEqual([
      { type: "retried", names: ["a"], during: "release", attempt: 1, delayMs: 50, reason: "network" },
    ]);

    const silent = answering([1]);
    await lockCommands(silent.store, "app", undefined).release([{ name: "a", fence: 7 }], claim, {});
    expect(silent.asked[0]?.options?.onRetry).toBeUndefined();
  });

  it("passes the caller's limits on to the store", async () => {
    const { store, asked } = answering([1]);
    const limits = { budgetMs: 300, attemptMs: 100, onSend: vi.fn(), signal: new AbortController().signal };
    await lockCommands(store, "app", undefined).release([{ name: "a", fence: 7 }], claim, limits);
    expect(asked[0]?.options).toMatchObject(limits);
  });

  it("takes an answer of the wrong length or kind for none", async () => {
    for (const reply of [[], [1, 1], 1, "1", null, ["1"]])
      await expect(
        lockCommands(answering(reply).store, "app", undefined).release([{ name: "a", fence: 7 }], claim, {}),
      ).rejects.toMatchObject({ code: "unavailable" });
  });
});
