import { restStore, type Store } from "@holdfast/core";
import { type SurveyedLock, type SurveyOptions, survey } from "@holdfast/core/commands";
import { faultyFetch } from "@holdfast/testing";
import { expect, it } from "vitest";
import type { Fixture } from "../support/fixture.ts";
import { serverMicros } from "../support/server-view.ts";
import { eventually, onEveryEngineAtOnce, restOptions } from "../waiting/queue.ts";

let namespaces = 0;

/** A namespace of its own, and what a survey of it shows. */
function inNewNamespace(fixture: Fixture) {
  const namespace = `survey-${++namespaces}`;
  const network = faultyFetch();
  const store = restStore({ ...restOptions(fixture), fetch: network.fetch });
  async function all(options: SurveyOptions = {}): Promise<SurveyedLock[]> {
    const found = new Map<string, SurveyedLock>();
    let cursor: string | undefined;
    for (let page = 0; page < 1000; page++) {
      const { locks, cursor: next } = await survey(store, namespace, {
        ...options,
        ...(cursor && { cursor }),
      });
      for (const lock of locks) found.set(lock.name, lock);
      if (next === undefined) return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      cursor = next;
    }
    throw new Error("the pages do not end");
  }
  return { namespace, network, store, all, locks: fixture.client({ namespace }).locks };
}
const namesOf = (locks: readonly SurveyedLock[]) => locks.map(({ name }) => name);

onEveryEngineAtOnce("survey", (fixture) => {
  it("shows every kind in a line, as an inspection does", async () => {
    const { locks, all, namespace } = inNewNamespace(fixture);
    const lease = await locks.acquire("mutex", { metadata: { a: "b c" }, ttlMs: 20_000 });
    const caller = new AbortController();
    const waiting = fixture.client({ namespace }).locks;
    const waits = [1, 2].map(() => waiting.acquire("mutex", { signal: caller.signal }).catch(() => {}));
    await locks.readWrite("page").write.acquire();
    await locks.semaphore("pool", { permits: 5 }).acquire({ weight: 2, ttlMs: 20_000 });
    const short = await locks.semaphore("pool", { permits: 5 }).acquire({ weight: 1, ttlMs: 10_000 });
    await (await locks.acquire("released")).release();
    await locks.latch("latch", { count: 2 }).countDown();
    await eventually(
      async () => (await locks.inspect("mutex")).waiting,
      (seen) => seen.toBe(2),
    );
    const seen = await all();
    const now = (await serverMicros(fixture)) / 1000;
    expect(seen).toMatchObject([
      {
        name: "mutex",
        kind: "mutex",
        capacity: 1,
        used: 1,
        holders: 1,
        waiting: 2,
        lastFence: lease.fence,
        holder: { mode: "exclusive", metadata: { a: "b c" } },
      },
      {
        name: "page",
        kind: "readwrite",
        holders: 1,
        waiting: 0,
        holder: { mode: "exclusive", metadata: undefined },
      },
      {
        name: "pool",
        kind: "semaphore",
        capacity: 5,
        used: 3,
        holders: 2,
        waiting: 0,
        lastFence: short.fence,
        holder: { mode: "shared" },
      },
      { name: "released", kind: "mutex", used: 0, holders: 0, waiting: 0, holder: undefined },
    ]);
    for (const { name, holder, serverNow, used } of seen) {
      expect(now - serverNow).toBeLessThan(5000);
      const inspected = await locks.inspect(name);
      expect(used).toBe(inspected.used);
      expect(holder?.hash).toBe(inspected.holders[0]?.hash);
      if (!holder) continue;
      expect(holder.since).toBeLessThanOrEqual(serverNow);
      expect(holder.since).toBeGreaterThan(serverNow - 10_000);
      expect(holder.expiresAt).toBeGreaterThan(serverNow);
    }
    const pool = seen.find(({ name }) => name === "pool");
    expect((pool?.holder?.expiresAt ?? 0) - (pool?.holder?.since ?? 0)).toBeLessThan(10_500);
    caller.abort();
    await Promise.all(waits);
  });

  it("shows what is true now, and changes nothing: leases that ran out use nothing, whoever waits", async () => {
    const { locks, all, namespace } = inNewNamespace(fixture);
    const semaphore = locks.semaphore("pool", { permits: 3 });
    const lasting = await semaphore.acquire({ ttlMs: 20_000 });
    const over = [
      await locks.acquire("mutex", { ttlMs: 1000 }),
      await semaphore.acquire({ weight: 2, ttlMs: 1000 }),
    ];
    // Its keys as they are, with no waiter that looks.
    const records = () =>
      Promise.all(["mutex", "pool"].map((name) => fixture.gateway.command("GET", `${namespace}:{${name}}`)));
    const before = await records();
    await eventually(all, (seen) =>
      seen.toMatchObject([
        { name: "mutex", used: 0, holders: 0, holder: undefined, lastFence: over[0]?.fence },
        { name: "pool", used: 1, holders: 1, holder: { since: Math.floor(lasting.fence / 1000) } },
      ]),
    );
    expect(await records()).toEqual(before);
    expect(await locks.inspect("pool")).toMatchObject({ used: 1, holders: [{ fence: lasting.fence }] });
  });

  it("gives each of 120 names over pages, each about as long as it may be, in a request", async () => {
    const { locks, namespace, store, network, all } = inNewNamespace(fixture);
    const names = Array.from({ length: 120 }, (_, i) => `job:${String(i).padStart(3, "0")}`);
    await Promise.all(names.map((name) => locks.acquire(name)));
    expect(namesOf(await all({ limit: 20 }))).toEqual(names);
    network.clear();
    const first = await survey(store, namespace, { limit: 20 });
    expect(network.requests).toHaveLength(1);
    expect(first.cursor).toBeDefined();
    // The server gives some more where its table of keys is being moved.
    expect(first.locks.length).toBeLessThan(60);
    expect(namesOf(await all({ prefix: "job:1" }))).toEqual(names.filter((name) => name.startsWith("job:1")));
  });

  it("looks at a hundred keys in a request to find ten locks", async () => {
    const { locks, namespace, store } = inNewNamespace(fixture);
    await locks.acquire("only");
    const { command } = fixture.gateway;
    await Promise.all(
      Array.from({ length: 300 }, (_, i) => command("SET", `other:${namespace}:${i}`, "x", "PX", "60000")),
    );
    let pages = 0;
    const found: SurveyedLock[] = [];
    for (let cursor: string | undefined = "0"; cursor; pages++) {
      const page = await survey(store, namespace, { cursor, limit: 10 });
      found.push(...page.locks);
      cursor = page.cursor;
    }
    expect(namesOf(found)).toContain("only");
    const keys = Number(await command("DBSIZE"));
    expect(pages).toBeLessThanOrEqual(keys / 50);
  });

  it("leaves out what is not a lock, and other namespaces; takes a prefix as it is", async () => {
    const { locks, all, namespace } = inNewNamespace(fixture);
    const { command } = fixture.gateway;
    for (const key of ["{foreign}", "{}", "{a}b}", "{%zzzz}"])
      await command("SET", `${namespace}:${key}`, "something");
    await command("SADD", `${namespace}:{set}`, "something");
    const prefixes = ["*", "?", "[ab]", "a", "\\", "{x}", "%", "ключ:", "with blank ", "["];
    for (const prefix of prefixes) await locks.acquire(`${prefix}1`);
    for (const prefix of ["", "nothing", ...prefixes]) {
      const expected = prefixes.map((other) => `${other}1`).filter((name) => name.startsWith(prefix));
      expect(namesOf(await all({ prefix })), prefix).toEqual(expected.sort());
    }
  });

  it("over a store that scans by itself, asks name by name, ten at a time", async () => {
    const { locks, namespace, store, all } = inNewNamespace(fixture);
    const names = Array.from({ length: 30 }, (_, i) => `${10 + i}`);
    await Promise.all(names.map((name) => locks.semaphore(name, { permits: 3 }).acquire({ weight: 2 })));
    await fixture.gateway.command("SET", `${namespace}:{foreign}`, "something");
    let [asking, most] = [0, 0];
    const scanning: Store = {
      ...store,
      async scan(cursor, pattern, count) {
        const { command } = fixture.gateway;
        const reply = await command("SCAN", cursor, "MATCH", pattern, "COUNT", String(count));
        const [next, keys] = reply as [string, string[]];
        return [next, ...keys, ...keys];
      },
      async run(script, keys, ...rest) {
        expect(keys).toHaveLength(5);
        most = Math.max(most, ++asking);
        return store.run(script, keys, ...rest).finally(() => asking--);
      },
    };
    const found: SurveyedLock[] = [];
    for (let cursor: string | undefined = "0"; cursor; ) {
      const page = await survey(scanning, namespace, { cursor });
      found.push(...page.locks);
      cursor = page.cursor;
    }
    expect([...new Set(namesOf(found))].sort()).toEqual(names);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(10);
    const plain = (locks: readonly SurveyedLock[]) => locks.map(({ serverNow: _, ...lock }) => lock);
    const [one] = plain(found.filter(({ name }) => name === "10"));
    expect(plain(await all({ prefix: "10" }))).toEqual([one]);
  });

  it("refuses what cannot be a page before any request, and ends when it is told to", async () => {
    const { namespace, store, network } = inNewNamespace(fixture);
    for (const options of [{ limit: 0 }, { limit: 101 }, { cursor: "x" }, { prefix: 1 }, { page: 1 }, null])
      await expect(survey(store, namespace, options as never)).rejects.toMatchObject({
        code: "invalid-argument",
      });
    for (const [notStore, notNamespace] of [
      [{}, namespace],
      [store, "a b"],
    ])
      await expect(survey(notStore as never, notNamespace as never)).rejects.toMatchObject({
        code: "invalid-argument",
      });
    expect(network.requests).toHaveLength(0);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(survey(store, namespace, { signal })).rejects.toThrow("enough");
  });
});
