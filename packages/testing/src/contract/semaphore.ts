import { type Clock, type Lease, systemClock } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import type { ContractClients } from "./clients.ts";

/** A client whose wall clock is wrong. */
function wrongClock(byMs: number): Clock {
  return { ...systemClock, wall: () => systemClock.wall() + byMs };
}

export function semaphoreContract({ enqueue, locks, name }: ContractClients): void {
  const of = async (lock: string, permits: number, options = {}) =>
    (await locks(options)).semaphore(lock, { permits });

  it("lets in as much weight as there are permits", async () => {
    const lock = name();
    const [a, b] = [await of(lock, 3), await of(lock, 3)];
    const heavy = await a.acquire({ weight: 2 });
    const light = await b.acquire();
    expect(await b.tryAcquire()).toBeNull();
    await heavy.release();
    expect(await b.tryAcquire({ weight: 3 })).toBeNull();
    expect(await b.tryAcquire({ weight: 2 })).not.toBeNull();
    expect(await light.release()).toBe("released");
  });

  it("P1 mixed lease lengths: a short lease takes nothing from a long one", async () => {
    const lock = name();
    const [a, b, c] = [await of(lock, 2), await of(lock, 2), await of(lock, 2)];
    const long = await a.acquire({ ttlMs: 60_000 });
    const short = await b.acquire({ ttlMs: 800 });
    await vi.waitFor(() => expect(short.signal.aborted).toBe(true), 3000);
    const second = await c.acquire({ ttlMs: 60_000, waitMs: 2000 });
    expect(await b.tryAcquire()).toBeNull();
    for (const lease of [long, second]) expect(await lease.release()).toBe("released");
  });

  it("P1 a client whose clock is hours off steals no permit and loses none", async () => {
    const lock = name();
    const right = await of(lock, 1);
    for (const byMs of [-7_200_000, 6000, 7_200_000]) {
      const lease = await right.acquire({ ttlMs: 30_000 });
      const wrong = await of(lock, 1, { clock: wrongClock(byMs) });
      expect(await wrong.tryAcquire()).toBeNull();
      await lease.release();
      const theirs = await wrong.acquire({ ttlMs: 30_000 });
      expect(theirs.remainingMs()).toBeGreaterThan(20_000);
      expect(await right.tryAcquire()).toBeNull();
      expect(await theirs.release()).toBe("released");
    }
  });

  it("P6 a heavy waiter in front is not passed by light ones", async () => {
    const lock = name();
    const [a, b, c] = [await of(lock, 2), await of(lock, 2), await of(lock, 2)];
    const holder = await a.acquire();
    const [heavy, light] = await enqueue(
      lock,
      () => b.acquire({ weight: 2 }),
      () => c.acquire(),
    );
    expect(await a.tryAcquire()).toBeNull();
    await holder.release();
    const first = (await heavy) as Lease;
    await first.release();
    expect(((await light) as Lease).fence).toBeGreaterThan(first.fence);
  });

  it("callers have to agree on the permits; a resize changes them for all", async () => {
    const lock = name();
    const [two, three] = [await of(lock, 2), await of(lock, 3)];
    await two.acquire();
    await expect(three.tryAcquire()).rejects.toMatchObject({ code: "kind-mismatch" });
    await two.resize(3);
    expect(await three.tryAcquire({ weight: 2 })).not.toBeNull();
    await three.resize(2);
    expect(await two.tryAcquire().catch(({ code }) => code)).toBe("kind-mismatch");
  });
}
