import type { Lease } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import type { ContractClients } from "./clients.ts";

export function readWriteContract({ enqueue, locks, name }: ContractClients): void {
  const of = async (lock: string) => (await locks()).readWrite(lock);

  it("readers share, a writer is alone", async () => {
    const [a, b, c] = await twice(name(), of);
    const readers = [await a.read.acquire(), await b.read.acquire()];
    expect(await c.write.tryAcquire()).toBeNull();
    for (const reader of readers) expect(await reader.release()).toBe("released");
    const writer = await c.write.acquire();
    expect(await a.read.tryAcquire()).toBeNull();
    expect(await b.write.tryAcquire()).toBeNull();
    expect(await writer.release()).toBe("released");
  });

  it("P6 a reader who comes after a waiting writer waits behind it", async () => {
    const lock = name();
    const [a, b, c] = await twice(lock, of);
    const first = await a.read.acquire();
    const [writing, reading] = await enqueue(
      lock,
      () => b.write.acquire(),
      () => c.read.acquire(),
    );
    await first.release();
    const writer = (await writing) as Lease;
    expect(await a.read.tryAcquire()).toBeNull();
    await writer.release();
    expect(((await reading) as Lease).fence).toBeGreaterThan(writer.fence);
  });

  it("each reader has an end of its own: a dead one does not live while another extends", async () => {
    const lock = name();
    const [a, b, c] = await twice(lock, of);
    const dead = await a.read.acquire({ ttlMs: 500 });
    const live = await b.read.acquire({ ttlMs: 700, renew: true });
    await vi.waitFor(() => expect(dead.signal.aborted).toBe(true), 3000);
    expect(live.remainingMs()).toBeGreaterThan(0);
    await live.release();
    const writer = await c.write.acquire({ waitMs: 2000 });
    expect(writer.fence).toBeGreaterThan(live.fence);
  });

  it("a writer becomes a reader without a gap; a reader the writer only when it is alone", async () => {
    const lock = name();
    const [a, b] = await twice(lock, of);
    const lease = await a.write.acquire();
    await a.downgrade(lease);
    const other = await b.read.acquire({ waitMs: 0 });
    await expect(a.upgrade(lease)).rejects.toMatchObject({ code: "refused" });
    await other.release();
    const { fence } = lease;
    await a.upgrade(lease);
    expect(lease.fence).toBeGreaterThan(fence);
    expect(await b.read.tryAcquire()).toBeNull();
    expect(await lease.release()).toBe("released");
  });
}

async function twice<T>(lock: string, of: (lock: string) => Promise<T>): Promise<[T, T, T]> {
  return [await of(lock), await of(lock), await of(lock)];
}
