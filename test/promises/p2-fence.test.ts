import type { Lease, Locks } from "@holdfast/core";
import { expect, it } from "vitest";
import { type Fixture, onEveryEngine } from "../support/fixture.ts";
import { recordEndsAt, recordKey, serverMicros } from "../support/server-view.ts";

const HOUR_MS = 3_600_000;

/** Acquires and releases; gives the fence. */
async function grant(locks: Locks, name: string): Promise<number> {
  const lease = await locks.acquire(name);
  await lease.release();
  return lease.fence;
}

function expectGrowth(fences: readonly number[]): void {
  expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
  expect(fences.every(Number.isSafeInteger)).toBe(true);
}

/** Makes the name's last fence what it would be had the server's clock been set back by `ms` since. */
async function putFenceAhead({ gateway }: Fixture, name: string, fence: number, ms: number): Promise<number> {
  const ahead = fence + ms * 1000;
  const record = String(await gateway.command("GET", recordKey(name)));
  expect(record).toContain(String(fence));
  await gateway.command("SET", recordKey(name), record.replace(String(fence), String(ahead)), "KEEPTTL");
  return ahead;
}

onEveryEngine("P2 fence", (fixture) => {
  it("P2 fences grow over release", async () => {
    const name = fixture.name();
    const [{ locks }, other] = [fixture.client(), fixture.client()];
    const fences: number[] = [];
    for (let i = 0; i < 10; i++) fences.push(await grant(i % 2 ? locks : other.locks, name));
    expectGrowth(fences);
  });

  it("P2 fences grow over expiry", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const expired = await locks.acquire(name, { ttlMs: 400 });
    expectGrowth([expired.fence, await grant(locks, name)]);
    // And over the expiry of a lease that was extended.
    const second = await locks.acquire(name, { ttlMs: 400 });
    await second.extend(500);
    expectGrowth([expired.fence, second.fence, await grant(locks, name)]);
  });

  it("P2 fences grow over forceRelease", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const broken = await locks.acquire(name);
    expect(await locks.forceRelease(name)).toBe(true);
    expectGrowth([broken.fence, await grant(locks, name)]);
  });

  it("P2 an extension and a repeated attempt keep the fence", async () => {
    const name = fixture.name();
    const [{ locks }, other] = [fixture.client(), fixture.client()];
    const lease = await locks.acquire(name, { attemptId: "attempt-of-p2" });
    await lease.extend();
    expect((await other.locks.acquire(name, { attemptId: "attempt-of-p2" })).fence).toBe(lease.fence);
  });

  it("P2 fences grow though every key is lost", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const fences: number[] = [];
    const leases: Lease[] = [];
    for (let i = 0; i < 3; i++) {
      const lease = await locks.acquire(name);
      leases.push(lease);
      fences.push(lease.fence);
      await fixture.gateway.command("FLUSHALL");
      fences.push(await grant(locks, name));
      await fixture.gateway.command("FLUSHALL");
    }
    expectGrowth(fences);
    // Who held it when the keys went is told, and takes nothing from anyone.
    expect(await leases[0]?.release()).toBe("lost");
  });

  it("P2 fences grow over the engine's restart with nothing in it", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const fences = [await grant(locks, name), (await locks.acquire(name)).fence];
    for (let i = 0; i < 2; i++) {
      await fixture.restartEngine();
      expect(await fixture.gateway.command("DBSIZE")).toBe(0);
      fences.push(await grant(locks, name));
    }
    expectGrowth(fences);
  });

  it("P2 fences grow though the server forgets its scripts", async () => {
    const name = fixture.name();
    const { locks } = await fixture.warmClient();
    const fences: number[] = [];
    for (let i = 0; i < 3; i++) {
      const lease = await locks.acquire(name);
      fences.push(lease.fence);
      await fixture.gateway.command("SCRIPT", "FLUSH");
      expect(await lease.extend(60_000)).toBeGreaterThan(50_000);
      fixture.gateway.faults.inject({ action: "flush-scripts" });
      expect(await lease.release()).toBe("released");
    }
    expectGrowth(fences);
  });

  it("P2 fences grow over a failover that lost the last grants", async () => {
    const name = fixture.name();
    const [key, replica] = [recordKey(name), fixture.name()];
    const { locks } = fixture.client();
    const fences = [await grant(locks, name)];
    await fixture.gateway.command("COPY", key, replica);
    for (let i = 0; i < 3; i++) fences.push(await grant(locks, name));
    await fixture.gateway.command("COPY", replica, key, "REPLACE");
    fences.push(await grant(locks, name));
    expectGrowth(fences);
  });

  it("P2 a fence is at least the server's time of its grant, in microseconds", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    for (let i = 0; i < 3; i++) {
      const before = await serverMicros(fixture);
      expect(await grant(locks, name)).toBeGreaterThanOrEqual(before);
    }
  });

  it("P2 a fence that is ahead of the clock keeps growing and is kept until the clock has passed it", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const ahead = await putFenceAhead(fixture, name, await grant(locks, name), HOUR_MS);
    const lease = await locks.acquire(name);
    expectGrowth([ahead, lease.fence]);
    const keptUntilPassed = async (fence: number) =>
      expect((await recordEndsAt(fixture, name)) * 1000).toBeGreaterThan(fence);

    await keptUntilPassed(lease.fence);
    await lease.extend(10);
    await keptUntilPassed(lease.fence);
    await lease.release();
    await keptUntilPassed(lease.fence);
    const next = await grant(locks, name);
    expectGrowth([lease.fence, next]);
    await keptUntilPassed(next);
    await locks.acquire(name);
    await locks.forceRelease(name);
    await keptUntilPassed(next + 1);
  });
});
