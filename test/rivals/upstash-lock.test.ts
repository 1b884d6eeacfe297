/** @upstash/lock 0.2.1 over @upstash/redis, as published, beside ours: on the same gateway, under the same fault. */
import { LockTimeoutError } from "@holdfast/core";
import { Lock } from "@upstash/lock";
import { Redis } from "@upstash/redis";
import { expect, it } from "vitest";
import { about } from "../support/about.ts";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";

onEveryEngine("beside @upstash/lock", (f) => {
  const rival = (config: Partial<ConstructorParameters<typeof Lock>[0]> = {}) => {
    const redis = new Redis({ url: f.gateway.url, token: TOKEN, enableTelemetry: false });
    // The package's types are those of the CommonJS build of the client.
    return new Lock({ id: `rival:{${f.name()}}`, redis: redis as never, ...config });
  };
  const tagOf = (lock: Lock) => lock.id.slice("rival:{".length, -1);
  const ttlOf = async (lock: Lock) => Number(await f.gateway.command("PTTL", lock.id));

  it("the first reply is lost: theirs is not acquired and blocks everybody; ours is granted, with the fence of the first try", async () => {
    const lock = rival();
    f.gateway.faults.inject({ action: "drop-reply", when: about(tagOf(lock)) });
    expect(await lock.acquire()).toBe(false);
    // It did get the lock, nobody has the token, and it cannot be released.
    expect(await ttlOf(lock)).toBeGreaterThan(8000);
    expect(await lock.release()).toBe(false);
    expect(await rival({ id: lock.id }).acquire({ retry: { attempts: 1, delay: 1 } })).toBe(false);

    const name = f.name();
    const other = f.client().locks;
    let fenceOfFirstTry = 0;
    const watching: typeof fetch = async (input, init) => {
      try {
        return await fetch(input, init);
      } catch (error) {
        fenceOfFirstTry = (await other.inspect(name)).lastFence;
        throw error;
      }
    };
    // A client that has used its scripts before, so that the first try is executed, as theirs was.
    const client = await f.warmClient({ fetch: watching });
    f.gateway.faults.inject({ action: "drop-reply", when: about(name) });
    const lease = await client.locks.acquire(name);
    expect(fenceOfFirstTry).toBeGreaterThan(0);
    expect(lease.fence).toBe(fenceOfFirstTry);
    expect(await lease.release()).toBe("released");
    expect((await other.inspect(name)).held).toBe(false);
  });

  it("a second acquire that fails: theirs forgets the token of the lock it holds; ours keeps its lease", async () => {
    const lock = rival();
    expect(await lock.acquire()).toBe(true);
    expect(await lock.acquire({ retry: { attempts: 1, delay: 1 } })).toBe(false);
    expect(await lock.release()).toBe(false);
    expect(await ttlOf(lock)).toBeGreaterThan(8000);

    const name = f.name();
    const { locks } = f.client();
    const lease = await locks.acquire(name);
    expect(await locks.tryAcquire(name)).toBeNull();
    await expect(locks.acquire(name, { waitMs: 0 })).rejects.toBeInstanceOf(LockTimeoutError);
    expect(await lease.release()).toBe("released");
  });

  it("extend by 1,500 ms: theirs throws, since it counts in seconds; ours takes milliseconds", async () => {
    const lock = rival();
    await lock.acquire();
    await expect(lock.extend(1500)).rejects.toThrow(/integer/);

    const lease = await f.client().locks.acquire(f.name(), { ttlMs: 1000 });
    expect(await lease.extend(1500)).toBeGreaterThan(1000);
    await lease.release();
  });

  it("the reply to extend is lost: theirs extends twice; ours is worth one", async () => {
    const lock = rival({ lease: 10_000 });
    await lock.acquire();
    f.gateway.faults.inject({ action: "drop-reply", when: about(tagOf(lock)) });
    expect(await lock.extend(20_000)).toBe(true);
    // 10 s and once 20 s would be 30 s.
    expect(await ttlOf(lock)).toBeGreaterThan(40_000);

    const name = f.name();
    const lease = await f.client().locks.acquire(name, { ttlMs: 10_000 });
    f.gateway.faults.inject({ action: "drop-reply", when: about(name) });
    await lease.extend(20_000);
    const [holder] = (await f.client().locks.inspect(name)).holders;
    expect(holder?.expiresAt).toBeLessThanOrEqual(Date.now() + 20_000);
    await lease.release();
  });

  it("twenty come at once: theirs, on its defaults, turns most away; ours serves all", async () => {
    const id = rival().id;
    const work = () => new Promise((resolve) => setTimeout(resolve, 50));
    const theirs = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = rival({ id });
        if (!(await lock.acquire())) return false;
        await work();
        return lock.release();
      }),
    );
    expect(theirs.filter((served) => !served).length).toBeGreaterThanOrEqual(10);

    const name = f.name();
    const fences = await Promise.all(
      Array.from({ length: 20 }, () =>
        f.client().locks.request(name, { ttlMs: 2000 }, async ({ fence }) => {
          await work();
          return fence;
        }),
      ),
    );
    expect(new Set(fences).size).toBe(20);
  });

  it("one attempt is asked for: theirs still sleeps after it; ours answers", async () => {
    const lock = rival();
    await lock.acquire();
    const started = performance.now();
    expect(await rival({ id: lock.id }).acquire({ retry: { attempts: 1, delay: 1500 } })).toBe(false);
    expect(performance.now() - started).toBeGreaterThan(1400);

    const name = f.name();
    const lease = await f.client().locks.acquire(name);
    const asked = performance.now();
    await expect(f.client().locks.acquire(name, { waitMs: 0 })).rejects.toBeInstanceOf(LockTimeoutError);
    expect(performance.now() - asked).toBeLessThan(1000);
    await lease.release();
  });
});
