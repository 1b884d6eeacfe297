/** redlock 5.0.0-beta.2 over ioredis, as published, beside ours: on the same redis-server, in the same trouble. */
import { LockTimeoutError } from "@holdfast/core";
import { Redis } from "ioredis";
import Redlock from "redlock";
import { expect, it, vi } from "vitest";
import { besideRedis } from "../support/beside-redis.ts";
import { gate } from "../support/gate.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

besideRedis("beside redlock", (side) => {
  it("the server falls silent: their signal has not fired after the expiry; ours has", async () => {
    const ttlMs = 1000;
    const started = performance.now();
    const leases = [
      await side.locks().acquire(side.name(), { ttlMs, renew: true }),
      await side.locks().acquire(side.name(), { ttlMs }),
    ];
    const redlock = new Redlock([side.redis()], { automaticExtensionThreshold: 500 });
    const told = vi.fn();
    const [begun, over] = [gate(), gate()];
    const working = redlock.using([side.name()], ttlMs, async (signal: AbortSignal) => {
      signal.addEventListener("abort", told);
      begun.open();
      await over.opened;
    });
    await begun.opened;
    await side.server.kill("SIGSTOP");

    for (const lease of leases) await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
    const ours = performance.now() - started;
    // Half as long again as the lease, and theirs still relies on it.
    await wait(Math.max(ttlMs * 1.5 - ours, 0));
    expect(told).not.toHaveBeenCalled();

    await side.server.kill("SIGCONT");
    over.open();
    await working.catch(() => {});
    await Promise.all(leases.map((lease) => lease.release()));
  });

  it("releasing what has expired: theirs stalls and throws; ours says so at once", async () => {
    const redlock = new Redlock([side.redis()]);
    const lock = await redlock.acquire([side.name()], 300);
    const lease = await side.locks().acquire(side.name(), { ttlMs: 300 });
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
    await wait(50);

    const started = performance.now();
    await expect(lock.release()).rejects.toThrow(/quorum/);
    expect(performance.now() - started).toBeGreaterThan(1000);

    const asked = performance.now();
    expect(await lease.release()).toBe("expired");
    expect(performance.now() - asked).toBeLessThan(500);
  });

  it("the lock is lost while the work runs: theirs throws the result away; ours gives it, and has told the work", async () => {
    const redis = side.redis();
    const key = side.name();
    const theirs = new Redlock([redis]).using([key], 5000, async () => {
      await redis.del(key);
      return "result";
    });
    await expect(theirs).rejects.toThrow(/quorum/);

    const name = side.name();
    let told = false;
    const ours = await side.locks().request(name, { ttlMs: 600 }, async ({ signal }) => {
      await side.locks().forceRelease(name);
      await vi.waitFor(() => expect(signal.aborted).toBe(true), PATIENCE);
      told = true;
      return "result";
    });
    expect([ours, told]).toEqual(["result", true]);
  });

  it("busy and broken: theirs are the same error; ours are told apart", async () => {
    const settings = { retryCount: 0 };
    const busy = side.name();
    await new Redlock([side.redis()]).acquire([busy], 5000);
    const down = new Redis(1, "127.0.0.1", {
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    down.on("error", () => {});
    const failures = [
      await new Redlock([side.redis()], settings).acquire([busy], 5000).catch((error: Error) => error),
      await new Redlock([down], settings).acquire([busy], 5000).catch((error: Error) => error),
    ];
    const [first, second] = failures.map((failure) => String(failure));
    expect(first).toMatch(/quorum/);
    expect(second).toBe(first);

    const lease = await side.locks().acquire(busy);
    await expect(side.locks().acquire(busy, { waitMs: 0 })).rejects.toBeInstanceOf(LockTimeoutError);
    side.gateway.faults.inject({ action: "drop-request", times: 4 });
    await expect(side.locks().acquire(busy, { waitMs: 0 })).rejects.toMatchObject({ code: "unavailable" });
    side.gateway.faults.clear();
    await lease.release();
  });
});
