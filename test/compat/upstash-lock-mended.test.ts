/** What the facade does that @upstash/lock does not: test/rivals/upstash-lock.test.ts has the same cases for the original. */
import { createLocks, restStore } from "@holdfast/core";
import { Lock, type LockSource } from "@holdfast/core/compat/upstash-lock";
import { upstashStore } from "@holdfast/upstash";
import { Redis } from "@upstash/redis";
import { expect, it, vi } from "vitest";
import { about } from "../support/about.ts";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";

const once = { attempts: 1, delay: 1 };

onEveryEngine("what the facade of @upstash/lock mends", (f) => {
  const client = () => new Redis({ url: f.gateway.url, token: TOKEN, enableTelemetry: false });
  const lockOf = (id: string, config: { lease?: number; retry?: typeof once } = {}) =>
    new Lock({ id, redis: client(), ...config });
  const endOf = async (id: string) => (await f.client().locks.inspect(id)).holders[0]?.expiresAt ?? 0;

  it("P3 the first reply is lost: acquired all the same, and released", async () => {
    const id = f.name();
    f.gateway.faults.inject({ action: "drop-reply", when: about(id) });
    const lock = lockOf(id);
    expect(await lock.acquire()).toBe(true);
    expect(await lock.release()).toBe(true);
    expect((await f.client().locks.inspect(id)).held).toBe(false);
  });

  it("a second acquire that fails leaves the lock with its owner", async () => {
    const lock = lockOf(f.name());
    await lock.acquire();
    expect(await lock.acquire({ retry: once })).toBe(false);
    expect(await lock.getStatus()).toBe("ACQUIRED");
    expect(await lock.release()).toBe(true);
  });

  it("extends by any number of milliseconds, and once when the reply is lost", async () => {
    const id = f.name();
    const lock = lockOf(id);
    await lock.acquire();
    expect(await lock.extend(1500)).toBe(true);
    f.gateway.faults.inject({ action: "drop-reply", when: about(id) });
    expect(await lock.extend(20_000)).toBe(true);
    const leftMs = (await endOf(id)) - Date.now();
    expect(leftMs).toBeGreaterThan(30_000);
    expect(leftMs).toBeLessThanOrEqual(31_500);
    await lock.release();
  });

  it("a lock that was waited for is extended from the lease that was asked for", async () => {
    const id = f.name();
    const [first, second] = [lockOf(id), lockOf(id)];
    await first.acquire();
    const waiting = second.acquire({ retry: { attempts: 100, delay: 50 } });
    await vi.waitFor(async () => expect((await f.client().locks.inspect(id)).waiting).toBe(1));
    await first.release();
    await waiting;
    expect(await second.extend(5000)).toBe(true);
    expect((await endOf(id)) - Date.now()).toBeGreaterThan(13_000);
    await second.release();
  });

  it("twenty come at once and wait long enough: all are served", async () => {
    const id = f.name();
    const served = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = lockOf(id, { retry: { attempts: 100, delay: 100 } });
        if (!(await lock.acquire())) return false;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return lock.release();
      }),
    );
    expect(served).toEqual(Array(20).fill(true));
  });

  it("one attempt is one request, and nobody sleeps after it", async () => {
    const id = f.name();
    await lockOf(id).acquire();
    const other = lockOf(id, { retry: { attempts: 1, delay: 5000 } });
    const started = performance.now();
    expect(await other.acquire()).toBe(false);
    expect(performance.now() - started).toBeLessThan(2500);
  });

  it("tries are counted without the time of the network: a far database is not taken for a broken one", async () => {
    const id = f.name();
    const [holder, other] = [lockOf(id), lockOf(id)];
    f.gateway.faults.latency({ requestMs: 105, replyMs: 105 });
    expect(await holder.acquire()).toBe(true);
    expect(await other.acquire()).toBe(false);
    expect(await holder.release()).toBe(true);
    expect(await other.acquire()).toBe(true);
  });

  it("broken is not busy: a database that is not there throws", async () => {
    const lock = new Lock({ id: "x", redis: { url: "http://127.0.0.1:1", token: "x" } });
    await expect(lock.acquire()).rejects.toMatchObject({ code: "unavailable" });
    expect(await lock.release()).toBe(false);
    expect(await lock.getStatus()).toBe("FREE");
  });

  it("a release that got no answer can be repeated", async () => {
    const id = f.name();
    const lock = new Lock({
      id,
      redis: restStore({ url: f.gateway.url, token: TOKEN, retry: { retries: 0 } }),
    });
    await lock.acquire();
    f.gateway.faults.inject({ action: "drop-request", when: about(id) });
    await expect(lock.release()).rejects.toMatchObject({ code: "unavailable" });
    expect(await lock.release()).toBe(true);
  });

  it("takes the client, its URL and token, a store or locks, and they exclude each other", async () => {
    const rest = { url: f.gateway.url, token: TOKEN };
    const sources: LockSource[] = [
      client(),
      rest,
      restStore(rest),
      upstashStore(client()),
      createLocks({ store: restStore(rest) }),
    ];
    const id = f.name();
    for (const redis of sources) {
      const lock = new Lock({ id, redis });
      expect(await lock.acquire()).toBe(true);
      for (const other of sources)
        expect(await new Lock({ id, redis: other, retry: once }).acquire()).toBe(false);
      expect(await lock.release()).toBe(true);
    }
  });
});

it.each([
  ["nothing", undefined],
  ["a URL alone", { url: "https://x.upstash.io" }],
  ["an ioredis client", { evalsha() {}, pipeline() {}, status: "ready" }],
  ["a client with a requester of its own", new Redis({ request: async () => ({}) as never })],
])("P12 %s is refused, and the error says what to pass", (_, redis) => {
  expect(() => new Lock({ id: "x", redis: redis as never })).toThrow(
    expect.objectContaining({
      code: "invalid-argument",
      message: expect.stringMatching(/upstashStore\(client\)/),
    }),
  );
});

it.each([
  { lease: 5 },
  { lease: 1.5 },
  { retry: { attempts: 0 } },
  { retry: { delay: -1 } },
  { retry: { tries: 1 } },
  { id: "" },
])("P12 config %j fails at once", (config) => {
  const redis = { url: "http://127.0.0.1:1", token: "x" };
  expect(() => new Lock({ id: "x", redis, ...config } as never)).toThrow(
    expect.objectContaining({ code: "invalid-argument" }),
  );
});
