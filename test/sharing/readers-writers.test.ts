import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import { enqueue, eventually, grantedAt, look, onEveryWay } from "../waiting/queue.ts";

onEveryWay("read/write locks", (fixture, client) => {
  const read = (name: string, options = {}) => client().locks.readWrite(name).read.acquire(options);
  const write = (name: string, options = {}) => client().locks.readWrite(name).write.acquire(options);

  it("readers share; a writer is alone", async () => {
    const name = fixture.name();
    const readers = [await read(name), await read(name), await read(name)];
    expect(readers.map(({ mode }) => mode)).toEqual(["shared", "shared", "shared"]);
    expect(await client().locks.readWrite(name).write.tryAcquire()).toBeNull();
    for (const reader of readers) await reader.release();
    const writer = await write(name);
    expect(writer.mode).toBe("exclusive");
    expect(writer.fence).toBeGreaterThan(Math.max(...readers.map(({ fence }) => fence)));
    expect(await client().locks.readWrite(name).read.tryAcquire()).toBeNull();
    expect(await client().locks.readWrite(name).write.tryAcquire()).toBeNull();
    await writer.release();
    expect(await client().locks.readWrite(name).read.tryAcquire()).not.toBeNull();
  });

  it("order is strict: a reader who comes after a waiting writer waits behind it", async () => {
    const name = fixture.name();
    const first = await read(name);
    const [writing, reading] = await enqueue(fixture, name, [() => write(name), () => read(name)]);
    expect(await client().locks.readWrite(name).read.tryAcquire()).toBeNull();
    await first.release();
    const writer = (await writing) as Lease;
    expect((await look(fixture, name)).holders).toMatchObject([{ mode: "exclusive" }]);
    await writer.release();
    expect(((await reading) as Lease).fence).toBeGreaterThan(writer.fence);
  });

  it("readers who wait behind a writer are let in together, by its release", async () => {
    const name = fixture.name();
    const writer = await write(name);
    const waits = Array.from({ length: 5 }, () => () => read(name, { claimMs: 5000 }));
    const reading = await enqueue(fixture, name, [...waits, () => write(name)]);
    await writer.release();
    expect(await look(fixture, name)).toMatchObject({ used: 5, waiting: 1 });
    const readers = (await Promise.all(reading.slice(0, 5))) as Lease[];
    expect(new Set(readers.map(({ fence }) => fence)).size).toBe(5);
    const at = readers.map(grantedAt);
    expect(Math.max(...at) - Math.min(...at)).toBeLessThan(1);
    for (const reader of readers) await reader.release();
    await (await reading[5])?.release();
  });

  it("a stream of readers does not starve a writer", async () => {
    const name = fixture.name();
    let written = false;
    let reads = 0;
    const readers = Array.from({ length: 4 }, async () => {
      const { locks } = client();
      while (!written && reads < 400) {
        const lease = await locks.readWrite(name).read.acquire();
        reads++;
        await lease.release();
      }
    });
    await eventually(
      () => reads,
      (seen) => seen.toBeGreaterThan(10),
    );
    const writer = await write(name, { waitMs: 5000 });
    written = true;
    await writer.release();
    await Promise.all(readers);
    expect(reads).toBeLessThan(400);
  });

  it("each reader ends by itself: a short one does not end or prolong another", async () => {
    const name = fixture.name();
    const long = await read(name, { ttlMs: 2500 });
    const short = await read(name, { ttlMs: 500 });
    const [writing] = await enqueue(fixture, name, [() => write(name)]);
    await eventually(
      () => short.signal.aborted,
      (seen) => seen.toBe(true),
    );
    expect(long.signal.aborted).toBe(false);
    expect(await long.extend(800)).toBeGreaterThan(700);
    const fences = async () => (await look(fixture, name)).holders.map(({ fence }) => fence);
    await eventually(fences, (seen) => seen.toEqual([long.fence]));
    await long.release();
    expect(((await writing) as Lease).fence).toBeGreaterThan(short.fence);
  });

  it("a dead reader holds a writer up for its own TTL only, though others extend", async () => {
    const name = fixture.name();
    const dead = await read(name, { ttlMs: 400 });
    const live = await read(name, { ttlMs: 400, renew: true });
    await eventually(
      async () => (await look(fixture, name)).holders.map(({ fence }) => fence),
      (seen) => seen.toEqual([live.fence]),
    );
    expect(grantedAt(dead)).toBeLessThan(grantedAt(live));
    await live.release();
    expect(await client().locks.readWrite(name).write.tryAcquire()).not.toBeNull();
  });
});
