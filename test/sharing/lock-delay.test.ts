import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import { enqueue, eventually, grantedAt, look, onEveryWay } from "../waiting/queue.ts";

const TTL_MS = 600;
const DELAY_MS = 700;

onEveryWay("lock-delay", (fixture, client) => {
  const options = { ttlMs: TTL_MS, lockDelayMs: DELAY_MS };
  const untilExpired = (lease: Lease) =>
    eventually(
      () => lease.signal.aborted,
      (seen) => seen.toBe(true),
    );

  it("after an expiry the name stays closed that long, for those who wait and for those who come", async () => {
    const name = fixture.name();
    const dead = await client().locks.acquire(name, options);
    const [waiting] = await enqueue(fixture, name, [() => client().locks.acquire(name)]);
    await untilExpired(dead);
    expect(await client().locks.tryAcquire(name)).toBeNull();
    const gap = grantedAt((await waiting) as Lease) - grantedAt(dead) - TTL_MS;
    expect(gap).toBeGreaterThanOrEqual(DELAY_MS - 1);
    expect(gap).toBeLessThan(DELAY_MS + 600);
  });

  it("after a release the name is free at once", async () => {
    const name = fixture.name();
    const lease = await client().locks.acquire(name, options);
    await lease.release();
    expect(await client().locks.tryAcquire(name)).not.toBeNull();
  });

  it("after a forced release the name is free at once: somebody decided", async () => {
    const name = fixture.name();
    await client().locks.acquire(name, options);
    expect(await client().locks.forceRelease(name)).toBe(true);
    expect(await client().locks.tryAcquire(name)).not.toBeNull();
  });

  it("one expired reader keeps writers and readers out, and a live reader keeps its lease", async () => {
    const name = fixture.name();
    const live = await client().locks.readWrite(name).read.acquire();
    const dead = await client().locks.readWrite(name).read.acquire(options);
    await untilExpired(dead);
    await eventually(
      async () => (await look(fixture, name)).holders.length,
      (seen) => seen.toBe(1),
    );
    expect(await client().locks.readWrite(name).read.tryAcquire()).toBeNull();
    expect(await live.extend()).toBeGreaterThan(20_000);
    const next = await client().locks.readWrite(name).read.acquire();
    expect(grantedAt(next) - grantedAt(dead)).toBeGreaterThanOrEqual(TTL_MS + DELAY_MS - 1);
  });

  it("acquireAll finds a closed name busy", async () => {
    const names = [fixture.name(), fixture.name()];
    const dead = await client().locks.acquire(names[1] as string, options);
    await untilExpired(dead);
    await expect(client().locks.acquireAll(names, { waitMs: 0 })).rejects.toMatchObject({ code: "timeout" });
    const all = await client().locks.acquireAll(names, { waitMs: 5000 });
    expect(grantedAt(all) - grantedAt(dead)).toBeGreaterThanOrEqual(TTL_MS + DELAY_MS - 1);
  });
});
