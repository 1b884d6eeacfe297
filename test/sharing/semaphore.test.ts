import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import { movableClock } from "../support/fixture.ts";
import { enqueue, eventually, grantedAt, look, onEveryWay } from "../waiting/queue.ts";

onEveryWay("semaphores", (fixture, client) => {
  const semaphore = (name: string, permits: number) => client().locks.semaphore(name, { permits });

  it("lets in as many as there are permits, and counts weights", async () => {
    const name = fixture.name();
    const heavy = await semaphore(name, 5).acquire({ weight: 3 });
    const light = await semaphore(name, 5).acquire();
    expect(await semaphore(name, 5).tryAcquire({ weight: 2 })).toBeNull();
    const last = await semaphore(name, 5).acquire({ weight: 1 });
    expect(await semaphore(name, 5).tryAcquire()).toBeNull();
    expect(await look(fixture, name)).toMatchObject({ kind: "semaphore", capacity: 5, used: 5 });
    for (const lease of [heavy, light, last]) expect(await lease.release()).toBe("released");
    expect(await semaphore(name, 5).tryAcquire({ weight: 5 })).not.toBeNull();
  });

  it("P1 mixed TTLs and clocks that are hours off never let too many in", async () => {
    const name = fixture.name();
    const permits = 3;
    const held = new Map<Lease, number>();
    const weightNow = () => {
      let sum = 0;
      for (const [lease, weight] of held) if (lease.remainingMs() > 0) sum += weight;
      return sum;
    };
    const work = async (_: unknown, worker: number) => {
      const clock = movableClock();
      clock.jumpWall((worker - 2) * 3_600_000);
      const { locks } = client({ clock });
      for (let round = 0; round < 3; round++) {
        const weight = 1 + ((worker + round) % 2);
        const ttlMs = [600, 1500, 60_000][(worker + round) % 3] as number;
        const lease = await locks.semaphore(name, { permits }).acquire({ ttlMs, weight, waitMs: 15_000 });
        held.set(lease, weight);
        expect(weightNow()).toBeLessThanOrEqual(permits);
        expect((await look(fixture, name)).used).toBeLessThanOrEqual(permits);
        // The short ones overstay: their time runs out, the others' does not.
        if (ttlMs === 600) await sleep(620);
        held.delete(lease);
        await lease.release();
      }
    };
    await Promise.all(Array.from({ length: 5 }, work));
    expect(await look(fixture, name)).toMatchObject({ waiting: 0 });
  });

  it("P1 a short lease shortens no other: the long ones keep their permits", async () => {
    const name = fixture.name();
    const long = [await semaphore(name, 2).acquire({ ttlMs: 60_000 })];
    await (await semaphore(name, 2).acquire({ ttlMs: 600 })).release();
    const short = await semaphore(name, 2).acquire({ ttlMs: 600 });
    await eventually(
      async () => (await look(fixture, name)).used,
      (seen) => seen.toBe(1),
    );
    long.push(await semaphore(name, 2).acquire({ ttlMs: 60_000 }));
    expect(await semaphore(name, 2).tryAcquire()).toBeNull();
    expect(short.signal.aborted).toBe(true);
    for (const lease of long) expect(await lease.release()).toBe("released");
  });

  it("P6 a heavy waiter in front is not passed by light ones", async () => {
    const name = fixture.name();
    const holders = [await semaphore(name, 3).acquire(), await semaphore(name, 3).acquire()];
    const [heavy, light] = await enqueue(fixture, name, [
      () => semaphore(name, 3).acquire({ weight: 3 }),
      () => semaphore(name, 3).acquire(),
    ]);
    expect(await semaphore(name, 3).tryAcquire()).toBeNull();
    await holders[0]?.release();
    expect(await look(fixture, name)).toMatchObject({ used: 1, waiting: 2 });
    await holders[1]?.release();
    const first = (await heavy) as Lease;
    expect(await look(fixture, name)).toMatchObject({ used: 3, waiting: 1 });
    await first.release();
    expect(((await light) as Lease).fence).toBeGreaterThan(first.fence);
  });

  it("one release lets in all who fit, and only those", async () => {
    const name = fixture.name();
    const holder = await semaphore(name, 4).acquire({ weight: 4 });
    const waiting = await enqueue(
      fixture,
      name,
      [1, 2, 2, 1].map((weight) => () => semaphore(name, 4).acquire({ weight, claimMs: 5000 })),
    );
    await holder.release();
    expect(await look(fixture, name)).toMatchObject({ used: 3, waiting: 2 });
    const first = (await waiting[0]) as Lease;
    const second = (await waiting[1]) as Lease;
    expect(Math.abs(grantedAt(second) - grantedAt(first))).toBeLessThan(1);
    await first.release();
    await ((await waiting[2]) as Lease).release();
    await ((await waiting[3]) as Lease).release();
  });

  it("an expired permit goes to the one who waits, at its expiry", async () => {
    const name = fixture.name();
    await semaphore(name, 2).acquire({ ttlMs: 60_000 });
    const dead = await semaphore(name, 2).acquire({ ttlMs: 400 });
    const [waiting] = await enqueue(fixture, name, [() => semaphore(name, 2).acquire()]);
    const late = grantedAt((await waiting) as Lease) - grantedAt(dead) - 400;
    expect(late).toBeGreaterThanOrEqual(-1);
    expect(late).toBeLessThan(600);
  });
});
