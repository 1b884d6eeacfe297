import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import { enqueue, look, mortal, onEveryWay, scriptRequests } from "../waiting/queue.ts";

onEveryWay("the number of permits", (fixture, client) => {
  const semaphore = (name: string, permits: number) => client().locks.semaphore(name, { permits });
  const mismatch = { code: "kind-mismatch" };

  it("who says another number is told which one is in use, and nothing changes", async () => {
    const name = fixture.name();
    const lease = await semaphore(name, 3).acquire();
    for (const permits of [1, 2, 4]) {
      const other = semaphore(name, permits);
      await expect(other.acquire()).rejects.toMatchObject({ ...mismatch, message: /capacity 3/ });
      await expect(other.tryAcquire()).rejects.toMatchObject(mismatch);
    }
    expect(await look(fixture, name)).toMatchObject({ capacity: 3, used: 1, waiting: 0 });
    expect(await lease.release()).toBe("released");
  });

  it("resize to more lets those in who wait, whoever they are", async () => {
    const name = fixture.name();
    const holder = await semaphore(name, 1).acquire();
    const waiting = await enqueue(fixture, name, [
      () => semaphore(name, 1).acquire({ claimMs: 1000, waitMs: 5000 }),
      () => semaphore(name, 1).acquire({ claimMs: 1000, waitMs: 5000 }),
      () => semaphore(name, 1).acquire({ claimMs: 1000, waitMs: 5000 }),
    ]);
    await semaphore(name, 1).resize(3);
    expect(await look(fixture, name)).toMatchObject({ capacity: 3, used: 3, waiting: 1 });
    const [first, second] = [(await waiting[0]) as Lease, (await waiting[1]) as Lease];
    await holder.release();
    const third = (await waiting[2]) as Lease;
    for (const lease of [first, second, third]) expect(await lease.release()).toBe("released");
    expect(await look(fixture, name)).toMatchObject({ used: 0, waiting: 0 });
  });

  it("resize to fewer takes nothing away and lets nobody in until enough are back", async () => {
    const name = fixture.name();
    const before = semaphore(name, 3);
    const leases = [await before.acquire(), await before.acquire(), await before.acquire()];
    await before.resize(2);
    expect(await before.tryAcquire()).toBeNull();
    await leases[0]?.release();
    expect(await before.tryAcquire()).toBeNull();
    expect(leases[1]?.signal.aborted).toBe(false);
    await leases[1]?.release();
    const next = await semaphore(name, 2).tryAcquire();
    expect(next).not.toBeNull();
    expect(await look(fixture, name)).toMatchObject({ capacity: 2, used: 2 });
    await expect(semaphore(name, 3).tryAcquire()).rejects.toMatchObject(mismatch);
  });

  it("a waiter heavier than what is left does not block those behind it", async () => {
    const name = fixture.name();
    const holder = await semaphore(name, 3).acquire({ weight: 3 });
    const { fetch, die } = mortal();
    const forever = { waitMs: Number.POSITIVE_INFINITY };
    const [, live, light] = await enqueue(fixture, name, [
      () =>
        client({ fetch })
          .locks.semaphore(name, { permits: 3 })
          .acquire({ weight: 2, ...forever }),
      () => semaphore(name, 3).acquire({ weight: 2, ...forever }),
      () => semaphore(name, 3).acquire({ waitMs: 6000 }),
    ]);
    live?.catch(() => {});
    die();
    await semaphore(name, 3).resize(1);
    await holder.release();
    expect(((await light) as Lease).fence).toBeGreaterThan(holder.fence);
    await expect(live).rejects.toMatchObject(mismatch);
  });

  it("P3 a late repetition of a resize does not undo the next one", async () => {
    const name = fixture.name();
    const { locks, network } = client();
    const lock = locks.semaphore(name, { permits: 2 });
    await (await lock.acquire()).release();
    await lock.resize(5);
    const first = scriptRequests(network).at(-1);
    await lock.resize(3);
    if (!first) throw new Error("nothing was sent");
    await fixture.deliver(first);
    expect((await look(fixture, name)).capacity).toBe(3);
  });

  it("resize of a name that is no semaphore is refused", async () => {
    const name = fixture.name();
    const lease = await client().locks.acquire(name);
    await expect(semaphore(name, 2).resize(3)).rejects.toMatchObject(mismatch);
    expect(await lease.release()).toBe("released");
  });

  it("after a resize this object asks for the new number, and checks weights against it", async () => {
    const name = fixture.name();
    const lock = semaphore(name, 2);
    await lock.resize(4);
    await (await lock.acquire({ weight: 4 })).release();
    await lock.resize(1);
    await expect(lock.acquire({ weight: 2 })).rejects.toMatchObject({ code: "invalid-argument" });
  });
});
