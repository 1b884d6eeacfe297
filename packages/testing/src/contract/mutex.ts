import type { Lease } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { type ContractClients, mortal } from "./clients.ts";

export function mutexContract({ locks, name, store }: ContractClients): void {
  it("P1 one holder at a time: others get null, and the name after its release", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const lock = name();
    const lease = await ours.acquire(lock);
    expect(await theirs.tryAcquire(lock)).toBeNull();
    expect(await ours.tryAcquire(lock)).toBeNull();
    expect(await lease.release()).toBe("released");
    expect(await lease.release()).toBe("released");
    expect(await theirs.tryAcquire(lock)).not.toBeNull();
  });

  it("P1 clients that count under the lock lose nothing", async () => {
    const lock = name();
    let count = 0;
    let inside = 0;
    const work = async () => {
      const mine = await locks();
      for (let i = 0; i < 3; i++)
        await mine.request(lock, { waitMs: 20_000 }, async () => {
          expect(++inside).toBe(1);
          const before = count;
          await new Promise((resolve) => setTimeout(resolve, 1));
          count = before + 1;
          inside--;
        });
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect(count).toBe(18);
  });

  it("P1 a second try that fails does not touch what the holder has", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const lock = name();
    const lease = await ours.acquire(lock, { ttlMs: 20_000 });
    await theirs.tryAcquire(lock, { ttlMs: 1000 });
    await expect(theirs.acquire(lock, { waitMs: 0 })).rejects.toMatchObject({ code: "timeout" });
    expect(await lease.extend()).toBeGreaterThan(15_000);
    expect(await lease.release()).toBe("released");
  });

  it("P2 fences grow, over release, expiry and force", async () => {
    const mine = await locks();
    const lock = name();
    const fences: number[] = [];
    const ends: ((lease: Lease) => Promise<unknown>)[] = [
      (lease) => lease.release(),
      () => mine.forceRelease(lock),
      (lease) => vi.waitFor(() => expect(lease.signal.aborted).toBe(true), 5000),
    ];
    for (const end of [...ends, ...ends]) {
      const lease = await mine.acquire(lock, { ttlMs: 800 });
      fences.push(lease.fence);
      await end(lease);
    }
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    expect(fences.every(Number.isSafeInteger)).toBe(true);
  });

  it("P5 a lease is over when its time is, and says so before anybody else can have the name", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const lock = name();
    const lease = await ours.acquire(lock, { ttlMs: 500 });
    expect(lease.remainingMs()).toBeLessThanOrEqual(500);
    const next = await theirs.acquire(lock);
    expect(lease.remainingMs()).toBe(0);
    expect(lease.signal.reason).toMatchObject({ code: "lost", reason: "expired" });
    expect(await lease.release()).toBe("expired");
    expect(await next.extend()).toBeGreaterThan(0);
  });

  it("P5 a server that falls silent does not keep a holder from learning that its lease is lost", async () => {
    const { store: cut, die } = mortal(await store());
    const lease = await (await locks({ store: cut })).acquire(name(), { ttlMs: 600, renew: true });
    die();
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), 3000);
    expect(lease.remainingMs()).toBe(0);
  });

  it("P8 a lease that is renewed outlives its TTL, and ends with its release", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const lock = name();
    const lease = await ours.acquire(lock, { ttlMs: 600, renew: true });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(lease.signal.aborted).toBe(false);
    expect(await theirs.tryAcquire(lock)).toBeNull();
    expect(await lease.release()).toBe("released");
    expect(await theirs.tryAcquire(lock)).not.toBeNull();
  });

  it("an extension is absolute and never shortens", async () => {
    const lease = await (await locks()).acquire(name(), { ttlMs: 5000 });
    expect(await lease.extend(20_000)).toBeGreaterThan(15_000);
    expect(await lease.extend(1000)).toBeGreaterThan(14_000);
    expect(await lease.extend(20_000)).toBeLessThanOrEqual(20_000);
  });

  it("another process continues a lease, and a repetition by attemptId gets the same one", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const lock = name();
    const attemptId = `attempt-${crypto.randomUUID()}`;
    const lease = await ours.acquire(lock, { attemptId });
    const again = await theirs.acquire(lock, { attemptId });
    expect([again.owner, again.fence]).toEqual([lease.owner, lease.fence]);
    const adopted = theirs.adopt(JSON.parse(JSON.stringify(lease)));
    expect(await adopted.extend()).toBeGreaterThan(0);
    expect(await adopted.release()).toBe("released");
    await expect(ours.acquire(lock, { attemptId })).rejects.toMatchObject({ code: "attempt-ended" });
  });

  it("a lease that was forced off is lost at its holder's next request", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const lock = name();
    const lease = await ours.acquire(lock);
    expect(await theirs.forceRelease(lock)).toBe(true);
    expect(await theirs.forceRelease(lock)).toBe(false);
    await expect(lease.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
    expect(await lease.release()).toBe("lost");
  });

  it("lock-delay keeps the name closed after an expiry", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const lock = name();
    const lease = await ours.acquire(lock, { ttlMs: 800, lockDelayMs: 500 });
    const next = await theirs.acquire(lock);
    // A fence is the server's time of its grant, in microseconds.
    expect((next.fence - lease.fence) / 1000).toBeGreaterThanOrEqual(1299);
  });
}
