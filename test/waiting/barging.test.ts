import { expect, it } from "vitest";
import { enqueue, look, onEveryWay, untilWaiting } from "./queue.ts";

onEveryWay("barging", (fixture, client) => {
  const permits = { permits: 2 };

  it("fair: false takes what is free before those who wait; by default one does not", async () => {
    const name = fixture.name();
    const holder = await client().locks.semaphore(name, permits).acquire();
    const [heavy] = await enqueue(fixture, name, [
      () => client().locks.semaphore(name, permits).acquire({ weight: 2 }),
    ]);
    expect(await client().locks.semaphore(name, permits).tryAcquire()).toBeNull();
    const barger = await client().locks.semaphore(name, permits).acquire({ fair: false, waitMs: 0 });
    await holder.release();
    expect((await look(fixture, name)).waiting).toBe(1);
    await barger.release();
    expect((await heavy)?.fence).toBeGreaterThan(barger.fence);
  });

  it("fair: false lets a reader in past a writer who waits", async () => {
    const name = fixture.name();
    const reader = await client().locks.readWrite(name).read.acquire();
    const [writer] = await enqueue(fixture, name, [() => client().locks.readWrite(name).write.acquire()]);
    const barger = await client().locks.readWrite(name).read.acquire({ fair: false, waitMs: 0 });
    await Promise.all([reader.release(), barger.release()]);
    await (await writer)?.release();
  });

  it("fair: false waits in the queue when the name is not free", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const waiting = client().locks.acquire(name, { fair: false });
    await untilWaiting(fixture, name, 1);
    await holder.release();
    expect((await waiting).fence).toBeGreaterThan(holder.fence);
  });
});
