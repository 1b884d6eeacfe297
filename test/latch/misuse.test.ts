import { createLocks, type Locks, restStore } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";
import { recordKey } from "../support/server-view.ts";
import { expectMistake, expectThrownMistake, forbiddenFetch } from "../support/unsent.ts";

const mismatch = { code: "kind-mismatch" };

onEveryEngine("latch: P11 kinds", (f) => {
  it("refuses another count, and counts nothing", async () => {
    const name = f.name();
    const { locks } = f.client();
    const latch = locks.latch(name, { count: 3 });
    await latch.countDown();
    const other = locks.latch(name, { count: 4 });
    for (const call of [() => other.countDown(), () => other.remaining(), () => other.wait()])
      await expect(call()).rejects.toThrow(/as a latch of capacity 3/);
    expect(await latch.remaining()).toBe(2);
  });

  const taken: [string, (locks: Locks, name: string) => Promise<unknown>][] = [
    ["mutex", (locks, name) => locks.acquire(name)],
    ["readwrite", (locks, name) => locks.readWrite(name).read.acquire()],
    ["semaphore", (locks, name) => locks.semaphore(name, { permits: 2 }).acquire()],
  ];
  it.each(taken)("refuses the name of a %s", async (kind, take) => {
    const name = f.name();
    const { locks } = f.client();
    await take(locks, name);
    const latch = locks.latch(name, { count: 1 });
    for (const call of [() => latch.countDown(), () => latch.remaining(), () => latch.wait()])
      await expect(call()).rejects.toMatchObject({
        ...mismatch,
        message: expect.stringContaining(`as a ${kind}`),
      });
    expect((await locks.inspect(name)).held).toBe(true);
  });

  it("is no lock: every verb of the locks refuses its name and leaves it as it is", async () => {
    const name = f.name();
    const { locks } = f.client();
    const latch = locks.latch(name, { count: 2 });
    await latch.countDown();
    const before = await f.gateway.command("HGETALL", recordKey(name));
    await expect(locks.acquire(name)).rejects.toMatchObject(mismatch);
    await expect(locks.tryAcquire(name)).rejects.toMatchObject(mismatch);
    await expect(locks.acquireAll([name, f.name()])).rejects.toMatchObject(mismatch);
    await expect(locks.readWrite(name).write.acquire()).rejects.toMatchObject(mismatch);
    await expect(locks.semaphore(name, { permits: 2 }).acquire()).rejects.toMatchObject(mismatch);
    await expect(locks.inspect(name)).rejects.toMatchObject(mismatch);
    await expect(locks.forceRelease(name)).rejects.toMatchObject(mismatch);
    await expect(locks.election(name).leader()).rejects.toMatchObject(mismatch);
    expect((await locks.list({ prefix: name })).locks).toEqual([]);
    expect(await f.gateway.command("HGETALL", recordKey(name))).toEqual(before);
  });

  const foreign: [string, (key: string) => string[]][] = [
    ["text", (key) => ["SET", key, "a cached page"]],
    ["hash", (key) => ["HSET", key, "field", "value"]],
    ["hash with a field of ours", (key) => ["HSET", key, "count", "1", "left", "1"]],
    ["list", (key) => ["RPUSH", key, "a"]],
  ];
  it.each(foreign)("refuses a foreign %s and leaves it as it is", async (_, put) => {
    const name = f.name();
    const key = recordKey(name);
    await f.gateway.command(...put(key));
    const before = await f.gateway.command("DUMP", key);
    const latch = f.client().locks.latch(name, { count: 1 });
    await expect(latch.countDown()).rejects.toMatchObject(mismatch);
    await expect(latch.wait()).rejects.toMatchObject(mismatch);
    await expect(latch.remaining()).rejects.toMatchObject(mismatch);
    expect(await f.gateway.command("DUMP", key)).toEqual(before);
    expect(await f.gateway.command("PTTL", key)).toBe(-1);
  });
});

describe("latch: P12 mistakes", () => {
  const network = forbiddenFetch();
  const locks = createLocks({
    store: restStore({ url: "http://127.0.0.1:1", token: TOKEN, fetch: network.fetch }),
  });
  const bad = (value: unknown) => value as never;

  it.each([0, -1, 1.5, 100_001, Number.NaN, "3", null, undefined])("refuses the count %j", (count) => {
    expectThrownMistake(() => locks.latch("x", bad({ count })), /count/);
  });

  it("refuses other options that cannot work", () => {
    expectThrownMistake(() => locks.latch("", { count: 1 }), /empty/);
    expectThrownMistake(() => locks.latch("x", bad(undefined)), /object/);
    expectThrownMistake(() => locks.latch("x", bad({ count: 1, keep: 5 })), /unknown latch option "keep"/);
    for (const keepMs of [999, 86_400_001, 1000.5])
      expectThrownMistake(() => locks.latch("x", { count: 1, keepMs }), /keepMs must be/);
  });

  it("refuses calls that cannot work, and sends nothing", async () => {
    const latch = locks.latch("x", { count: 2 });
    for (const n of [0, -1, 1.5, 100_001, "1"])
      await expectMistake(() => latch.countDown(bad(n)), /^n must be/);
    await expectMistake(() => latch.countDown(1, { attemptId: "short" }), /attemptId/);
    await expectMistake(() => latch.countDown(1, bad({ ttlMs: 5 })), /unknown countDown option "ttlMs"/);
    await expectMistake(() => latch.wait({ waitMs: -1 }), /waitMs/);
    await expectMistake(() => latch.wait(bad({ timeout: 5 })), /unknown wait option "timeout"/);
    await expectMistake(() => latch.wait({ signal: bad({}) }), /signal/);
    expect(network.requests).toEqual([]);
  });
});
