import { HoldfastError, type Lease, restStore } from "@holdfast/core";
import {
  type ClientOptions,
  createLocksOver,
  type LockCommands,
  latchNameOf,
  storeConnection,
} from "@holdfast/core/commands";
import { expect, it } from "vitest";
import { eventually, onEveryEngineAtOnce, restOptions } from "../waiting/queue.ts";

/** What another transport does to whatever it carries. */
const carried = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

/** The commands at the far end of a transport that carries JSON and nothing else; the last argument stays on this side. */
function overJson(commands: LockCommands, requests: string[]): LockCommands {
  const names = [
    "acquire",
    "acquireAll",
    "convert",
    "extend",
    "forceRelease",
    "inspect",
    "latch",
    "list",
    "release",
    "resize",
    "takeBack",
  ] as const;
  const far = commands as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const near = names.map((name) => [
    name,
    async (...args: unknown[]) => {
      requests.push(name);
      const options = args.pop();
      try {
        return carried(await far[name]?.(...carried(args), options));
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        const { code, message } = carried({ code: error.code, message: error.message });
        throw new HoldfastError(code, message);
      }
    },
  ]);
  return { ...Object.fromEntries(near), slotOf: () => 0 };
}

onEveryEngineAtOnce("locks over commands that travel as JSON", (fixture) => {
  const NAMESPACE = "carried";
  function client(options?: ClientOptions) {
    const requests: string[] = [];
    const channels: string[] = [];
    const { commands, subscribe } = storeConnection(restStore(restOptions(fixture)), NAMESPACE);
    const locks = createLocksOver(
      {
        commands: overJson(commands, requests),
        subscribe: async (channel, onMessage, signal) => {
          channels.push(channel);
          if (!subscribe) throw new Error("this store streams");
          return subscribe(channel, (message) => onMessage(carried(message)), signal);
        },
      },
      options,
    );
    return { locks, requests, channels };
  }
  /** Its neighbour with a store of its own: both see the same names. */
  const beside = () => fixture.client({ namespace: NAMESPACE }).locks;
  const waiting = (name: string, count: number) => {
    const { inspect } = beside();
    return eventually(
      async () => (await inspect(name)).waiting,
      (seen) => seen.toBe(count),
    );
  };

  it("a mutex: held, renewed, extended, released", async () => {
    const name = fixture.name();
    const { locks, requests, channels } = client();
    // The first request of all takes a new connection, and the script's source.
    await (await locks.acquire(fixture.name())).release();
    const lease = await locks.acquire(name, { ttlMs: 1500, renew: true, metadata: { who: "me" } });
    expect(await beside().tryAcquire(name)).toBeNull();
    const renewals = () => requests.filter((one) => one === "extend").length;
    await eventually(renewals, (seen) => seen.toBeGreaterThan(0));
    expect(await locks.inspect(name)).toMatchObject({ held: true, holders: [{ metadata: { who: "me" } }] });
    expect(await lease.extend(20_000)).toBeGreaterThan(19_000);
    expect(await lease.release()).toBe("released");
    expect(await lease.release()).toBe("released");
    expect((await beside().inspect(name)).held).toBe(false);
    expect(channels).toEqual([]);
  });

  it("a wait, until a message hands the name over", async () => {
    const name = fixture.name();
    const lease = await client().locks.acquire(name, { ttlMs: 20_000 });
    const { locks, requests, channels } = client();
    const waiter = locks.acquire(name, { ttlMs: 20_000, metadata: [1] });
    // It takes its place, listens, and looks once for what went unheard before.
    const looks = () => requests.filter((one) => one === "acquire").length;
    await eventually(looks, (seen) => seen.toBe(2));
    expect(channels).toEqual([expect.stringMatching(/^wake:[\w-]{22}$/)]);
    const { waiters } = await beside().inspect(name);
    expect(waiters).toMatchObject([{ position: 1, metadata: [1] }]);
    await lease.release();
    expect((await waiter).fence).toBeGreaterThan(lease.fence);
    expect(looks()).toBe(2);
    expect((await beside().inspect(name)).holders[0]?.hash).toBe(waiters[0]?.hash);
  });

  it("a wait that is given up leaves the queue", async () => {
    const name = fixture.name();
    const { locks, requests } = client();
    const lease = await locks.acquire(name, { ttlMs: 20_000 });
    const caller = new AbortController();
    const waiter = locks.acquire(name, { signal: caller.signal });
    await waiting(name, 1);
    caller.abort(new Error("no more"));
    await expect(waiter).rejects.toThrow("no more");
    await waiting(name, 0);
    expect(requests).toContain("takeBack");
    await expect(locks.acquire(name, { waitMs: 0 })).rejects.toMatchObject({
      code: "timeout",
      freeInMs: expect.any(Number),
    });
    await lease.release();
  });

  it("readers and a writer, down and up", async () => {
    const name = fixture.name();
    const [ours, theirs] = [client().locks.readWrite(name), client().locks.readWrite(name)];
    const lease = await ours.write.acquire();
    expect(await theirs.read.tryAcquire()).toBeNull();
    await ours.downgrade(lease);
    const other = (await theirs.read.tryAcquire()) as Lease;
    await expect(ours.upgrade(lease)).rejects.toMatchObject({ code: "refused" });
    await other.release();
    const { fence } = lease;
    expect((await ours.upgrade(lease)).fence).toBeGreaterThan(fence);
    await lease.release();
  });

  it("a semaphore by weight, resized, and a name of another kind", async () => {
    const name = fixture.name();
    const { locks } = client();
    const semaphore = locks.semaphore(name, { permits: 3 });
    await semaphore.acquire({ weight: 2 });
    const next = semaphore.acquire({ weight: 2, waitMs: 5000 });
    await waiting(name, 1);
    await semaphore.resize(4);
    await next;
    expect(await locks.inspect(name)).toMatchObject({ kind: "semaphore", capacity: 4, used: 4 });
    await expect(locks.acquire(name)).rejects.toMatchObject({
      code: "kind-mismatch",
      message: expect.stringContaining("semaphore of capacity 4"),
    });
  });

  it("several names at once, all or none", async () => {
    const names = [fixture.name(), fixture.name()];
    const { locks } = client();
    const lease = await locks.acquireAll(names);
    expect(lease.names).toEqual([...names].sort());
    await expect(client().locks.acquireAll(names, { waitMs: 0 })).rejects.toMatchObject({ code: "timeout" });
    const next = client().locks.acquireAll(names, { waitMs: 5000 });
    await waiting(lease.name, 1);
    await lease.release();
    expect((await next).fence).toBeGreaterThan(lease.fence);
    expect(await lease.release()).toBe("released");
  });

  it("a lease that is adopted, and one that is broken", async () => {
    const name = fixture.name();
    const { locks } = client();
    const lease = await client().locks.acquire(name, { ttlMs: 20_000, metadata: "m" });
    const adopted = locks.adopt(carried(lease));
    expect(await adopted.extend(30_000)).toBeGreaterThan(29_000);
    expect(await locks.forceRelease(name)).toBe(true);
    expect(await locks.forceRelease(name)).toBe(false);
    await expect(adopted.extend()).rejects.toMatchObject({ code: "lost" });
    expect(await adopted.release()).toBe("lost");
  });

  it("a latch, told when it opens, whatever its name", async () => {
    const name = `${fixture.name()} ü_:{/`;
    const { locks, channels } = client();
    const latch = locks.latch(name, { count: 2 });
    const opened = latch.wait({ waitMs: 20_000 });
    await eventually(
      () => channels.map(latchNameOf),
      (seen) => seen.toEqual([name]),
    );
    expect(await latch.countDown(1, { attemptId: "attempt-1" })).toBe(1);
    expect(await latch.countDown(1, { attemptId: "attempt-1" })).toBe(1);
    expect(await latch.countDown()).toBe(0);
    await opened;
    expect(await beside().latch(name, { count: 2 }).remaining()).toBe(0);
  });

  it("an election, and a list of what there is", async () => {
    const prefix = `${fixture.name()}:`;
    const { locks } = client();
    const election = locks.election(`${prefix}leader`);
    const leadership = await election.campaign({ metadata: { host: "a" } });
    expect(await client().locks.election(`${prefix}leader`).leader()).toMatchObject({
      fence: leadership.fence,
      metadata: { host: "a" },
    });
    await locks.acquire(`${prefix}other`);
    const { locks: found } = await locks.list({ prefix, limit: 1000 });
    expect(found.map(({ name }) => name).sort()).toEqual([`${prefix}leader`, `${prefix}other`]);
    expect(await leadership.resign()).toBe("released");
  });
});
