import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError, type Lease, LockLostError } from "@holdfast/core";
import { manualClock } from "@holdfast/testing";
import { expect, it, vi } from "vitest";
import { about } from "../support/about.ts";
import { type Fixture, onEveryEngine } from "../support/fixture.ts";
import { serverMicros, serverView } from "../support/server-view.ts";

const TTL_MS = 10_000;
/** 1 % of the TTL for clocks that differ in rate, 2 ms for clocks that count whole milliseconds. */
const RELIABLE_MS = 9898;

/** `clients` processes add 1 to a number `rounds` times each, by reading it and writing it back under the lock. */
async function countTogether(fixture: Fixture, clients: number, rounds: number): Promise<number> {
  const { gateway } = fixture;
  const [lock, number] = [fixture.name(), fixture.name()];
  let inside = 0;
  const work = async () => {
    const { locks } = fixture.client();
    for (let round = 0; round < rounds; round++) {
      const lease = await locks.acquire(lock, { waitMs: 15_000 });
      expect(++inside).toBe(1);
      const read = Number((await gateway.command("GET", number)) ?? 0);
      await gateway.command("SET", number, read + 1);
      expect(--inside).toBe(0);
      expect(await lease.release()).toBe("released");
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  return Number(await gateway.command("GET", number));
}

onEveryEngine("P1 exclusion", (fixture) => {
  it("P1 clients that count under the lock lose no update", async () => {
    expect(await countTogether(fixture, 4, 10)).toBe(40);
  });

  it("P1 clients lose no update though replies are lost and requests are executed twice", async () => {
    let request = 0;
    fixture.gateway.faults.inject({
      action: "drop-reply",
      times: Number.POSITIVE_INFINITY,
      when: () => ++request % 7 === 0,
    });
    fixture.gateway.faults.inject({
      action: "duplicate",
      times: Number.POSITIVE_INFINITY,
      when: () => request % 5 === 0,
    });
    expect(await countTogether(fixture, 3, 8)).toBe(24);
    expect(fixture.gateway.faults.injected).toBeGreaterThan(10);
  });

  it("P1 no two leases are relied on at once though holders overstay", async () => {
    const name = fixture.name();
    const granted: Lease[] = [];
    const work = async (_: unknown, worker: number) => {
      const { locks } = fixture.client();
      for (let round = 0; round < 4; round++) {
        const lease = await locks.acquire(name, { ttlMs: 400, waitMs: 15_000 });
        expect(granted.filter((other) => other.remainingMs() > 0)).toEqual([]);
        granted.push(lease);
        if ((worker + round) % 2 === 0) await lease.release();
        else await sleep(500);
      }
    };
    await Promise.all(Array.from({ length: 3 }, work));
    expect(granted).toHaveLength(12);
  });

  it("P1 a lease is relied on for its TTL less 1 % and 2 ms", async () => {
    const { locks } = await fixture.warmClient({ clock: manualClock() });
    const lease = await locks.acquire(fixture.name(), { ttlMs: TTL_MS });
    expect(lease.remainingMs()).toBe(RELIABLE_MS);
    expect(await lease.extend(2 * TTL_MS)).toBe(19_798);
  });

  it("P1 a lease counts from before its request left, wherever the time went", async () => {
    const clock = manualClock();
    const slow = async (...request: Parameters<typeof fetch>) => {
      clock.freeze(300);
      const reply = await fetch(...request);
      clock.freeze(500);
      return reply;
    };
    const { locks } = await fixture.warmClient({ clock, fetch: slow });
    const lease = await locks.acquire(fixture.name(), { ttlMs: TTL_MS });
    expect(lease.remainingMs()).toBe(RELIABLE_MS - 800);
    expect(lease.expiresAt).toBe(clock.wall() + RELIABLE_MS - 800);
    expect(await lease.extend(TTL_MS)).toBe(RELIABLE_MS - 800);
  });

  it.each(["delay-request", "delay-reply"] as const)(
    "P1 a real %s shortens what a lease is relied on",
    async (action) => {
      const { locks } = await fixture.warmClient();
      const name = fixture.name();
      fixture.gateway.faults.inject({ action, delayMs: 300, when: about(name) });
      const lease = await locks.acquire(name, { ttlMs: TTL_MS });
      expect(lease.remainingMs()).toBeLessThanOrEqual(RELIABLE_MS - 300);
    },
  );

  it("P1 a grant whose first reply was lost counts from that grant", async () => {
    const { locks, network } = await fixture.warmClient();
    network.fail({ action: "drop-reply" });
    const lease = await locks.acquire(fixture.name(), { ttlMs: TTL_MS });
    // The pause before the retry is at least 25 ms; the server counts whole ones.
    expect(lease.remainingMs()).toBeLessThanOrEqual(0.99 * (TTL_MS - 24) - 2);
  });

  it.each([0, 150])(
    "P1 a waiter's lease ends before the server's, though the news takes %i ms",
    async (replyMs) => {
      const name = fixture.name();
      const ttlMs = 1000;
      const holder = await fixture.client().locks.acquire(name);
      const { locks } = await fixture.warmClient();
      fixture.gateway.faults.latency({ requestMs: 0, replyMs });
      const waiting = locks.acquire(name, { ttlMs });
      await vi.waitFor(
        async () => expect((await fixture.client().locks.inspect(name)).waiters).toHaveLength(1),
        5000,
      );
      await holder.release();
      const lease = await waiting;
      // A fence is the server's time of its grant; server and test read the same machine's clock.
      expect(lease.expiresAt).toBeLessThanOrEqual(lease.fence / 1000 + ttlMs);
      expect(lease.remainingMs()).toBeGreaterThan(0);
    },
  );

  it("P1 a reply that comes after the lease is over is no grant and is given back", async () => {
    const clock = manualClock();
    let late = false;
    const { locks, events } = await fixture.warmClient({
      clock,
      fetch: async (...request) => {
        const reply = await fetch(...request);
        if (late) clock.freeze(60_000);
        late = false;
        return reply;
      },
    });
    const name = fixture.name();
    late = true;
    const error = await locks.acquire(name, { ttlMs: 60_000 }).catch((error) => error);
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error.code).toBe("unavailable");
    expect(events.some(({ type }) => type === "acquired")).toBe(false);
    await vi.waitFor(
      async () => expect(await serverView(fixture, name)).toMatchObject({ held: false }),
      5000,
    );
  });

  it("P1 expiry passes the name on, and not before the server's expiry", async () => {
    const name = fixture.name();
    const ttlMs = 600;
    const first = await fixture.client().locks.acquire(name, { ttlMs });
    const grantedBefore = await serverMicros(fixture);
    const second = await fixture.client().locks.acquire(name, { waitMs: 10_000 });
    // A fence is the server's time of the grant unless that would not grow: the distance is exact.
    expect(first.fence).toBeLessThanOrEqual(grantedBefore);
    expect((second.fence - first.fence) / 1000).toBeGreaterThanOrEqual(ttlMs - 1);
    expect(first.remainingMs()).toBe(0);
    expect(first.signal.aborted).toBe(true);
    expect(second.remainingMs()).toBeGreaterThan(0);
  });

  it("P1 nobody but the owner extends or releases a lease", async () => {
    const name = fixture.name();
    const lease = await fixture.client().locks.acquire(name, { ttlMs: TTL_MS });
    const stranger = fixture.client().locks.adopt({ ...lease.toJSON(), owner: "somebody-else" });
    await expect(stranger.extend()).rejects.toBeInstanceOf(LockLostError);
    const another = fixture.client().locks.adopt({ ...lease.toJSON(), owner: "somebody-else" });
    expect(await another.release()).toBe("lost");
    expect(await serverView(fixture, name)).toMatchObject({ held: true, fence: lease.fence });
    expect(await lease.release()).toBe("released");
  });

  it("P1 a wall clock that is set back lengthens no lease", async () => {
    const clock = manualClock();
    const { locks } = await fixture.warmClient({ clock });
    const lease = await locks.acquire(fixture.name(), { ttlMs: TTL_MS });
    clock.jumpWall(-3_600_000);
    expect(lease.remainingMs()).toBe(RELIABLE_MS);
    await clock.advance(RELIABLE_MS - 1);
    expect([lease.remainingMs(), lease.signal.aborted]).toEqual([1, false]);
    await clock.advance(1);
    expect([lease.remainingMs(), lease.signal.aborted]).toEqual([0, true]);
  });

  it.each([
    ["both clocks went on", (clock: ReturnType<typeof manualClock>) => clock.freeze(TTL_MS)],
    ["only the wall clock went on", (clock: ReturnType<typeof manualClock>) => clock.jumpWall(TTL_MS)],
  ])("P1 a freeze past the TTL ends reliance at the first look (%s)", async (_, freeze) => {
    const clock = manualClock();
    const { locks } = await fixture.warmClient({ clock });
    const [counted, heard] = [
      await locks.acquire(fixture.name(), { ttlMs: TTL_MS }),
      await locks.acquire(fixture.name(), { ttlMs: TTL_MS }),
    ];
    freeze(clock);
    expect(counted.remainingMs()).toBe(0);
    expect(heard.signal.aborted).toBe(true);
    expect(heard.signal.reason).toBeInstanceOf(LockLostError);
  });
});
