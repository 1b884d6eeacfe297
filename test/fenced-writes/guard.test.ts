import { createGuard, createLocks, restStore } from "@holdfast/core";
import { faultyFetch } from "@holdfast/testing";
import { expect, it } from "vitest";
import { type Fixture, onEveryEngine, TOKEN } from "../support/fixture.ts";

/** A process of its own. */
function writer(f: Fixture) {
  const network = faultyFetch();
  const store = restStore({ url: f.gateway.url, token: TOKEN, fetch: network.fetch, timeoutMs: 2000 });
  return { guard: createGuard({ store }), locks: createLocks({ store }), network };
}

onEveryEngine("fenced writes: guard", (f) => {
  const get = (key: string) => f.gateway.command("GET", key);

  it("refuses the write of a holder that was paused while the next one wrote", async () => {
    const [name, key] = [f.name(), f.name()];
    const [paused, next] = [writer(f), writer(f)];
    const old = await paused.locks.acquire(name, { ttlMs: 1000 });
    expect(await paused.guard.set(key, "old, in time", { fence: old.fence })).toEqual({
      outcome: "written",
      fence: old.fence,
    });
    // The pause: no timer of the first holder runs, nothing is renewed, nobody tells it anything.
    const lease = await next.locks.acquire(name);
    expect(await next.guard.set(key, "new", { fence: lease.fence })).toMatchObject({ outcome: "written" });

    const stale = { outcome: "stale", fence: lease.fence };
    expect(await paused.guard.set(key, "old, late", { fence: old.fence })).toEqual(stale);
    expect(await paused.guard.delete(key, { fence: old.fence })).toEqual(stale);
    expect(await get(key)).toBe("new");
    await lease.release();
  });

  it("refuses the write of a holder that read before the next one did, though the next one has not written yet", async () => {
    const key = f.name();
    const [older, newer] = [writer(f).guard, writer(f).guard];
    await older.set(key, "0", { fence: 1 });
    expect(await older.get(key, { fence: 2 })).toEqual({ outcome: "read", fence: 2, value: "0" });
    expect(await newer.get(key, { fence: 3 })).toEqual({ outcome: "read", fence: 3, value: "0" });
    expect(await older.set(key, "1 by the older", { fence: 2 })).toEqual({ outcome: "stale", fence: 3 });
    expect(await newer.set(key, "1", { fence: 3 })).toMatchObject({ outcome: "written" });
    expect(await newer.get(key, { fence: 3 })).toEqual({ outcome: "read", fence: 3, value: "1" });
    expect(await older.get(key, { fence: 2 })).toEqual({ outcome: "stale", fence: 3 });
  });

  it("takes a lease for its fence and its signal", async () => {
    const key = f.name();
    const { guard, locks } = writer(f);
    const lease = await locks.acquire(f.name(), { ttlMs: 5000 });
    expect(await guard.set(key, "value", lease)).toEqual({ outcome: "written", fence: lease.fence });
    expect(await guard.get(key, lease)).toEqual({ outcome: "read", fence: lease.fence, value: "value" });
    expect(await f.gateway.command("TTL", key)).toBe(-1);
    await lease.release();
  });

  it("reads a key that is not there, and keeps smaller fences out of it", async () => {
    const key = f.name();
    const { guard } = writer(f);
    expect(await guard.get(key, { fence: 5 })).toEqual({ outcome: "read", fence: 5, value: null });
    expect(await guard.set(key, "late", { fence: 4 })).toEqual({ outcome: "stale", fence: 5 });
    expect(await get(key)).toBeNull();
  });

  it("writes again and again under one fence, also from several processes", async () => {
    const key = f.name();
    const [a, b] = [writer(f), writer(f)];
    for (const [i, { guard }] of [a, b, a, b, b].entries()) {
      expect(await guard.set(key, `value ${i}`, { fence: 7 })).toEqual({ outcome: "written", fence: 7 });
      expect(await get(key)).toBe(`value ${i}`);
    }
    expect(await a.guard.set(key, "higher", { fence: 8 })).toEqual({ outcome: "written", fence: 8 });
    expect(await b.guard.set(key, "lower", { fence: 7 })).toEqual({ outcome: "stale", fence: 8 });
  });

  it("compares fences as numbers, up to the greatest safe integer", async () => {
    const key = f.name();
    const { guard } = writer(f);
    const most = Number.MAX_SAFE_INTEGER;
    for (const fence of [9, 10, 1_795_000_000_000_000, most - 1, most])
      expect(await guard.set(key, String(fence), { fence })).toEqual({ outcome: "written", fence });
    expect(await guard.set(key, "x", { fence: most - 1 })).toEqual({ outcome: "stale", fence: most });
  });

  it("keeps a deleted key deleted for smaller fences", async () => {
    const key = f.name();
    const { guard } = writer(f);
    await guard.set(key, "a", { fence: 5 });
    expect(await guard.delete(key, { fence: 6 })).toEqual({ outcome: "written", fence: 6 });
    expect(await get(key)).toBeNull();
    expect(await guard.set(key, "b", { fence: 5 })).toEqual({ outcome: "stale", fence: 6 });
    expect(await get(key)).toBeNull();
    expect(await guard.delete(key, { fence: 6 })).toEqual({ outcome: "written", fence: 6 });
    expect(await guard.set(key, "c", { fence: 6 })).toMatchObject({ outcome: "written" });
    expect(await get(key)).toBe("c");
  });

  it("guards a key that was there before, and keeps any text", async () => {
    const key = f.name();
    const { guard } = writer(f);
    await f.gateway.command("SET", key, "before");
    const text = 'ü "quoted"\n{}\u0000 %s 1 2 3';
    await guard.set(key, text, { fence: 1 });
    expect(await get(key)).toBe(text);
    await guard.set(key, "", { fence: 1 });
    expect(await get(key)).toBe("");
  });

  it("gives the value its own end, and the fence another", async () => {
    const key = f.name();
    const ttl = async (of: string) => (await f.gateway.command("PTTL", of)) as number;
    const { guard } = writer(f);
    await guard.set(key, "a", { fence: 1, ttlMs: 5000 });
    expect(await ttl(key)).toBeGreaterThan(3000);
    expect(await ttl(key)).toBeLessThanOrEqual(5000);
    const WEEK_MS = 604_800_000;
    expect(await ttl(`{${key}}:fence`)).toBeGreaterThan(WEEK_MS - 60_000);
    expect(await ttl(`{${key}}:fence`)).toBeLessThanOrEqual(WEEK_MS);
    await guard.set(key, "b", { fence: 1 });
    expect(await ttl(key)).toBe(-1);
    const short = createGuard({ store: restStore({ url: f.gateway.url, token: TOKEN }), keepMs: 60_000 });
    await short.delete(key, { fence: 2 });
    expect(await ttl(`{${key}}:fence`)).toBeLessThanOrEqual(60_000);
  });

  it("lets the greatest fence win, whatever comes first", async () => {
    const key = f.name();
    const fences = Array.from({ length: 30 }, (_, i) => i + 1).sort(() => Math.random() - 0.5);
    await Promise.all(fences.map((fence) => writer(f).guard.set(key, String(fence), { fence })));
    expect(await get(key)).toBe("30");
  });

  it("is ended by an abort with the signal's reason", async () => {
    const { guard, network } = writer(f);
    const reason = new Error("enough");
    const cancel = new AbortController();
    network.fail({ action: "hang" });
    const write = guard.set(f.name(), "a", { fence: 1, signal: cancel.signal });
    cancel.abort(reason);
    await expect(write).rejects.toBe(reason);
  });
});
