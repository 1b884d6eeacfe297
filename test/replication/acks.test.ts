import { type AcksOptions, createGuard, createLocks, restStore } from "@holdfast/core";
import { startGateway } from "@holdfast/gateway";
import { type ReplicatedRedis, realRedis, startReplicatedRedis } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Client, clients, KINDS, type Kind } from "./clients.ts";

const TTL_MS = 20_000;
const WAITED_MS = 150;
const acks = (replicas: number, more: Partial<AcksOptions> = {}): { acks: AcksOptions } => ({
  acks: { replicas, timeoutMs: WAITED_MS, ...more },
});
const tooFew = (acknowledged: number, wanted: number) => ({
  code: "unavailable",
  message: expect.stringContaining(
    `${acknowledged} of ${wanted} replicas had the write within ${WAITED_MS} ms`,
  ),
});
const told = (events: Client["events"]) => events.filter(({ type }) => type === "under-replicated");
const looksAfterStream = ({ requests }: Client) => {
  const stream = requests.findIndex(({ url }) => url.includes("/subscribe/"));
  return stream < 0 ? 0 : requests.length - stream - 1;
};
let names = 0;
const newName = () => `acknowledged-${++names}`;

describe("replica acknowledgement with a primary and two replicas", () => {
  if (!realRedis()) return;
  const made = clients();
  let redis: ReplicatedRedis;
  beforeAll(async () => {
    redis = await startReplicatedRedis({ replicas: 2 });
  });
  afterEach(async () => {
    for (const replica of redis.replicas) await replica.kill("SIGCONT");
    await redis.untilInStep(2);
  });
  afterAll(async () => {
    await made[Symbol.asyncDispose]();
    await redis?.stop();
  });
  const client = (kind: Kind, timing = {}) => made.connect(kind, redis.primary, timing);
  const pause = async (...which: number[]) => {
    for (const i of which) await redis.replicas[i]?.kill("SIGSTOP");
  };
  /** Soon: a round trip from now, not when the lease ends. */
  const untilFree = async (name: string, other: Client) => {
    const lease = await other.locks.acquire(name, { waitMs: 2000, ttlMs: TTL_MS });
    await lease.release();
  };

  describe.each(KINDS)("over %s", (kind) => {
    test("both have it: granted, extended and written; with one paused, too few for two and enough for one", async () => {
      const [ours, one, plain] = await Promise.all([
        client(kind, acks(2)),
        client(kind, acks(1)),
        client(kind),
      ]);
      const name = newName();
      const kept = await ours.locks.acquire(name, { ttlMs: TTL_MS });
      expect(await kept.extend(30_000)).toBeGreaterThan(TTL_MS);
      expect(await plain.locks.tryAcquire(name)).toBeNull();
      expect(told(ours.events)).toEqual([]);

      await pause(1);
      const other = newName();
      await expect(ours.locks.acquire(other, { ttlMs: TTL_MS })).rejects.toMatchObject(tooFew(1, 2));
      const during = {
        type: "under-replicated",
        during: "acquire",
        names: [other],
        acknowledged: 1,
        wanted: 2,
      };
      expect(told(ours.events)).toEqual([during]);
      expect(
        ours.events.map(({ type }) => type),
        "its fate is known",
      ).not.toContain("unknown");
      await untilFree(other, plain);

      const leftMs = kept.remainingMs();
      await expect(kept.extend(60_000)).rejects.toMatchObject(tooFew(1, 2));
      expect(kept.remainingMs()).toBeLessThanOrEqual(leftMs);
      expect(kept.signal.aborted).toBe(false);
      expect(await kept.release(), "to release needs no replica").toBe("released");

      const lease = await one.locks.acquire(other, { ttlMs: TTL_MS });
      expect(await lease.release()).toBe("released");
      expect(told(one.events)).toEqual([]);
    });
  });

  test("one request for each of them, with the script and the WAIT in it", async () => {
    const { locks, requests } = await client("restStore", acks(2));
    await (await locks.acquire(newName())).release();
    const before = requests.length;
    const lease = await locks.acquire(newName());
    await lease.extend();
    await lease.release();
    const verbs = requests.slice(before).map(({ commands }) => commands.map(([verb]) => verb));
    expect(verbs).toEqual([["EVALSHA", "WAIT"], ["EVALSHA", "WAIT"], ["EVALSHA"]]);
    const answered = newName();
    const held = await locks.acquire(answered);
    expect(await locks.tryAcquire(answered), "held is held, however many have it").toBeNull();
    await held.release();
  });

  test("red-utils' case: more replicas than were asked for are enough", async () => {
    // red-utils compares for equality, so that with one replica more than it was told of it gives every lock back.
    const server = new Redis(redis.primary.port);
    const replies = await server.pipeline().set("written", "1").wait(2, 5000).wait(1, 5000).exec();
    server.disconnect();
    expect(replies?.at(-1)).toEqual([null, 2]);
    const { locks, events } = await client("restStore", acks(1));
    for (let i = 0; i < 5; i++) await (await locks.acquire(newName())).release();
    expect(told(events)).toEqual([]);
  });

  test("warn: it is granted, and told", async () => {
    const { locks, events } = await client("restStore", acks(2, { onTooFew: "warn" }));
    await pause(0, 1);
    const name = newName();
    const lease = await locks.acquire(name, { ttlMs: TTL_MS });
    expect(lease.remainingMs()).toBeGreaterThan(TTL_MS / 2);
    expect(told(events)).toEqual([
      { type: "under-replicated", during: "acquire", names: [name], acknowledged: 0, wanted: 2 },
    ]);
    expect(await lease.release()).toBe("released");
  });

  test("held is no matter of replicas, nor is a wait that ends without a grant", async () => {
    const [ours, plain] = await Promise.all([client("restStore", acks(2)), client("restStore")]);
    const name = newName();
    const lease = await plain.locks.acquire(name, { ttlMs: TTL_MS });
    await pause(0, 1);
    expect(await ours.locks.tryAcquire(name)).toBeNull();
    await expect(ours.locks.acquire(name, { waitMs: 500 })).rejects.toMatchObject({ code: "timeout" });
    expect(told(ours.events)).toEqual([]);
    await lease.release();
  });

  describe.each(["restStore", "ioredisStore"] as const)("a grant by wake-up over %s", (kind) => {
    test("is acknowledged before the waiter has it", async () => {
      const [holder, waiter] = await Promise.all([client(kind), client(kind, acks(2))]);
      const name = newName();
      const lease = await holder.locks.acquire(name, { ttlMs: TTL_MS });
      const waiting = waiter.locks.acquire(name, { ttlMs: TTL_MS });
      await vi.waitFor(async () => expect((await holder.locks.inspect(name)).waiting).toBe(1));
      await lease.release();
      const next = await waiting;
      expect(next.fence).toBeGreaterThan(lease.fence);
      // Wherever it was granted, both replicas have it by now.
      expect(await next.release()).toBe("released");
      expect(told(waiter.events)).toEqual([]);
    });

    test("is refused when too few have it, and the name passes on at once", async () => {
      const [holder, waiter] = await Promise.all([client(kind), client(kind, acks(2))]);
      const name = newName();
      const lease = await holder.locks.acquire(name, { ttlMs: TTL_MS });
      const waiting = waiter.locks.acquire(name, { ttlMs: TTL_MS }).catch((error: unknown) => error);
      await vi.waitFor(async () => expect((await holder.locks.inspect(name)).waiting).toBe(1));
      if (kind === "restStore") await vi.waitFor(() => expect(looksAfterStream(waiter)).toBe(1));
      await pause(1);
      await lease.release();
      expect(await waiting).toMatchObject(tooFew(1, 2));
      await untilFree(name, holder);
    });
  });

  test("several names, a latch, permits and guarded writes are acknowledged alike", async () => {
    const [ours, plain] = await Promise.all([client("restStore", acks(2)), client("restStore")]);
    const guard = createGuard({ store: ours.store });
    const several = [newName(), newName()];
    const [count, permits, key] = [newName(), newName(), newName()];
    const latch = ours.locks.latch(count, { count: 2 });
    expect(await latch.countDown(1, { attemptId: "attempt-1" })).toBe(1);
    expect(await guard.set(key, "1", { fence: 5 })).toMatchObject({ outcome: "written" });

    await pause(0);
    await expect(ours.locks.acquireAll(several, { ttlMs: TTL_MS })).rejects.toMatchObject(tooFew(1, 2));
    for (const name of several) await untilFree(name, plain);
    const semaphore = ours.locks.semaphore(permits, { permits: 2 });
    await expect(semaphore.acquire({ ttlMs: TTL_MS })).rejects.toMatchObject(tooFew(1, 2));
    await expect(guard.set(key, "2", { fence: 6 })).rejects.toMatchObject(tooFew(1, 2));
    expect(await guard.set(key, "3", { fence: 4 }), "somebody else's fence").toMatchObject({
      outcome: "stale",
    });
    const counting = latch.countDown(1, { attemptId: "attempt-2" });
    await expect(counting).rejects.toMatchObject(tooFew(1, 2));
    expect(await latch.remaining(), "to look promises nothing").toBe(0);
  });

  test("fsync: a server that does not know WAITAOF refuses it, and nothing is left behind", async () => {
    const plain = await client("restStore");
    for (const kind of KINDS) {
      const { locks } = await client(kind, acks(1, { fsync: true }));
      const name = newName();
      await expect(locks.acquire(name, { ttlMs: TTL_MS }), kind).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining("Redis 7.2 or newer"),
      });
      await untilFree(name, plain);
    }
  });

  test("fsync: so does one that knows it and has no append-only file", async () => {
    const gateway = await startGateway({ port: 0, tokens: "token" });
    const store = restStore({ url: gateway.url, token: "token", ...acks(0, { fsync: true }) });
    await expect(createLocks({ store }).acquire(newName())).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("appendonly yes"),
    });
    await gateway.close();
  });
});
