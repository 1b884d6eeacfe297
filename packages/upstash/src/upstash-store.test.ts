import { createLocks } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { upstashStore } from "./index.ts";
import { CLIENTS, testGateway } from "./test-gateway.ts";

const run = testGateway();
let names = 0;
const newName = () => `name-${++names}`;

describe.each(CLIENTS)("over a client with %s", (_, options) => {
  test("a lock is acquired, seen, extended and released; the next fence is greater", async () => {
    const name = newName();
    const locks = run.locks(options);
    const lease = await locks.acquire(name, { ttlMs: 5000 });
    expect(await locks.inspect(name)).toMatchObject({ held: true, lastFence: lease.fence });
    expect(await lease.extend(20_000)).toBeGreaterThan(15_000);
    expect(await lease.release()).toBe("released");
    expect(await locks.inspect(name)).toMatchObject({ held: false });

    await using next = await locks.acquire(name);
    expect(next.fence).toBeGreaterThan(lease.fence);
  });

  test("P1 twelve clients exclude each other, and none is left out", async () => {
    const name = newName();
    let inside = 0;
    let count = 0;
    let overlaps = 0;
    const section = async () => {
      if (++inside > 1) overlaps++;
      const before = count;
      await new Promise((next) => setTimeout(next));
      count = before + 1;
      inside--;
    };
    const clients = Array.from({ length: 12 }, () => run.locks(options));
    await Promise.all(clients.map((locks) => locks.request(name, { waitMs: 15_000 }, section)));
    expect({ count, overlaps }).toEqual({ count: 12, overlaps: 0 });
  });

  test("metadata comes back as it was given, whatever it looks like", async () => {
    const locks = run.locks(options);
    const name = newName();
    for (const metadata of [
      "1",
      1,
      "007",
      "null",
      null,
      true,
      "[1]",
      { a: "1", b: 1e21 },
      "T0s=",
      "OK",
      "ключ 🔑",
    ]) {
      await using _ = await locks.acquire(name, { metadata });
      expect((await locks.inspect(name)).holders[0]?.metadata).toEqual(metadata);
    }
  });

  test("P3 a lost acquire reply costs one retry and no second fence", async () => {
    const name = newName();
    const locks = run.locks(options);
    await (await locks.acquire(name)).release();
    const before = run.gateway.faults.injected;
    run.gateway.faults.inject({ action: "drop-reply" });

    const lease = await locks.acquire(name, { ttlMs: 3000 });
    expect(run.gateway.faults.injected).toBe(before + 1);
    expect(lease.remainingMs()).toBeGreaterThan(2000);
    expect(await locks.inspect(name)).toMatchObject({ held: true, lastFence: lease.fence });
    expect(await lease.release()).toBe("released");
  });
});

test("commands of locks go out alone, whatever auto-pipelining has in hand", async () => {
  const redis = run.redis();
  const locks = createLocks({ store: upstashStore(redis) });
  await (await locks.acquire("alone")).release();
  const requests: string[][] = [];
  run.gateway.faults.inject({
    action: "delay-reply",
    when: ({ path, commands }) => {
      requests.push([path, ...commands.map(([command = ""]) => command.toLowerCase())]);
      return false;
    },
  });
  await Promise.all([redis.set("a", 1), redis.incr("a"), locks.acquire("alone")]);
  expect(requests).toContainEqual(["/", "evalsha"]);
  expect(requests).toContainEqual(["/pipeline", "set", "incr"]);
});

test("the client's sync token moves on with lock requests, so that its reads see what they wrote", async () => {
  const redis = run.redis();
  const before = redis.readYourWritesSyncToken;
  await createLocks({ store: upstashStore(redis) }).acquire(newName());
  expect(redis.readYourWritesSyncToken).toBeTruthy();
  expect(redis.readYourWritesSyncToken).not.toBe(before);
});

test("middleware around the client sees the requests of locks", async () => {
  const redis = run.redis();
  const seen: unknown[] = [];
  redis.use(async (request, next) => {
    seen.push(request.body);
    return next(request);
  });
  await createLocks({ store: upstashStore(redis) }).acquire(newName());
  expect(seen).toContainEqual(expect.arrayContaining([expect.stringMatching(/^EVAL/)]));
});
