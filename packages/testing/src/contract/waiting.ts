import type { Lease } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { type ContractClients, mortal, withoutWakeUps } from "./clients.ts";

const CLAIM_MS = 500;

export function waitingContract(clients: ContractClients): void {
  describe("with the store's wake-ups, if it has any", () => tests(clients, clients.locks));
  describe("by polling", () =>
    tests(clients, async (options) =>
      clients.locks({ ...options, store: withoutWakeUps(options?.store ?? (await clients.store())) }),
    ));
}

function tests(
  { enqueue, name, store, untilWaiting }: ContractClients,
  locks: ContractClients["locks"],
): void {
  const grantedAt = (lease: Lease) => lease.fence / 1000;

  it("P6 first come, first served; tryAcquire passes nobody", async () => {
    const lock = name();
    const holder = await (await locks()).acquire(lock);
    const served: number[] = [];
    const waits = [0, 1, 2, 3].map((i) => async () => {
      const lease = await (await locks()).acquire(lock, { waitMs: 20_000 });
      served.push(i);
      await lease.release();
    });
    const waiting = await enqueue(lock, ...waits);
    expect(await (await locks()).tryAcquire(lock)).toBeNull();
    await holder.release();
    await Promise.all(waiting);
    expect(served).toEqual([0, 1, 2, 3]);
  });

  it("twenty callers at once are all served", async () => {
    const lock = name();
    const callers = await Promise.all(Array.from({ length: 20 }, () => locks()));
    const fences = await Promise.all(
      callers.map((mine) => mine.request(lock, { waitMs: 20_000 }, ({ fence }) => fence)),
    );
    expect(new Set(fences).size).toBe(20);
  });

  it("P7 a waiter that died costs those behind it one claim window", async () => {
    const lock = name();
    const holder = await (await locks()).acquire(lock);
    const { store: cut, die } = mortal(await store());
    const dying = await locks({ store: cut });
    const living = await locks();
    const [, next] = await enqueue(
      lock,
      () => dying.acquire(lock, { claimMs: CLAIM_MS, waitMs: 60_000 }),
      () => living.acquire(lock, { claimMs: CLAIM_MS }),
    );
    die();
    await holder.release();
    const lease = (await next) as Lease;
    const late = await living.inspect(lock);
    expect(late.lastFence).toBe(lease.fence);
    expect(grantedAt(lease) - grantedAt(holder)).toBeGreaterThanOrEqual(CLAIM_MS - 1);
  });

  it("P7 who gives up leaves the queue, by timeout and by abort", async () => {
    const lock = name();
    const holder = await (await locks()).acquire(lock);
    const caller = new AbortController();
    const mine = await locks();
    const [aborted] = await enqueue(lock, () => mine.acquire(lock, { signal: caller.signal }));
    caller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    await untilWaiting(lock, 0);
    await expect(mine.acquire(lock, { waitMs: 600 })).rejects.toMatchObject({ code: "timeout", lock });
    await untilWaiting(lock, 0);
    expect(await holder.release()).toBe("released");
    expect(await mine.tryAcquire(lock)).not.toBeNull();
  });

  it("a holder that dies is followed when its lease ends", async () => {
    const lock = name();
    const dead = await (await locks()).acquire(lock, { ttlMs: 900 });
    const mine = await locks();
    const [next] = await enqueue(lock, () => mine.acquire(lock));
    const late = grantedAt((await next) as Lease) - grantedAt(dead) - 900;
    expect(late).toBeGreaterThanOrEqual(-1);
    expect(late).toBeLessThan(1500);
  });

  it("P1 a lease that was handed over lasts as long as it is relied on, beyond its claim window", async () => {
    const lock = name();
    const holder = await (await locks()).acquire(lock);
    const [mine, theirs] = [await locks(), await locks()];
    const [waiting] = await enqueue(lock, () => mine.acquire(lock, { claimMs: CLAIM_MS, ttlMs: 5000 }));
    await holder.release();
    const lease = (await waiting) as Lease;
    await new Promise((resolve) => setTimeout(resolve, 2 * CLAIM_MS));
    expect(lease.remainingMs()).toBeGreaterThan(1000);
    expect(await theirs.tryAcquire(lock)).toBeNull();
    expect(await lease.release()).toBe("released");
  });
}
