import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { movableClock } from "../support/fixture.ts";
import { recordKey, serverMicros } from "../support/server-view.ts";
import { enqueue, grantedAt, listeningClient, onEveryEngineAtOnce } from "./queue.ts";

const CLAIM_MS = 1000;

onEveryEngineAtOnce("P1 the deadline of a grant that was heard", (fixture) => {
  /** What the holder relies on at the moment it hears: a confirmation makes it last longer soon after. */
  const heard = async (waiting: Promise<Lease> | undefined) => {
    const lease = (await waiting) as Lease;
    return { lease, remainingMs: lease.remainingMs(), expiresAt: lease.expiresAt };
  };
  /** When the server's lease ends, by the one clock that this machine has. */
  const expiry = (lease: Lease) => grantedAt(lease) + CLAIM_MS;
  const heldWith = (options = {}) => fixture.client().locks.acquire(fixture.name(), options);

  it.each([0, 100, 400])(
    "P1 ends before the server's, though lines and answers come %i ms late",
    async (replyMs) => {
      const holder = await heldWith();
      const waiter = fixture.client();
      fixture.gateway.faults.latency({ requestMs: 0, replyMs });
      const [waiting] = await enqueue(fixture, holder.name, [
        () => waiter.locks.acquire(holder.name, { claimMs: CLAIM_MS }),
      ]);
      void holder.release();
      const { lease, remainingMs, expiresAt } = await heard(waiting);
      expect(remainingMs).toBeGreaterThan(0);
      expect(expiresAt).toBeLessThanOrEqual(expiry(lease));
      // 1 % and 2 ms of its length, 1 % of the wait, and what the enqueueing took on its way.
      expect(expiresAt).toBeGreaterThan(expiry(lease) - 2 * replyMs - 250);
    },
  );

  it("P1 ends before the server's, though answers about other names overtook the news", async () => {
    const holder = await heldWith();
    const waiter = fixture.client();
    const [waiting] = await enqueue(fixture, holder.name, [
      () => waiter.locks.acquire(holder.name, { claimMs: CLAIM_MS }),
    ]);
    const record = async () => String(await fixture.gateway.command("GET", recordKey(holder.name)));
    // The line is on its way for 700 ms; nothing else is.
    fixture.gateway.faults.latency({ requestMs: 0, replyMs: 700 });
    const before = await record();
    void holder.release();
    await vi.waitFor(async () => expect(await record()).not.toBe(before), { timeout: 2000, interval: 5 });
    fixture.gateway.faults.clear();
    await sleep(400);
    await waiter.locks.tryAcquire(fixture.name());
    const { remainingMs, expiresAt } = await heard(waiting);
    // On a busy machine the news may come after the window; the waiter has then asked and got a whole TTL.
    const recorded = Number((await record()).split(" ")[5]);
    expect(remainingMs).toBeGreaterThan(0);
    expect(expiresAt).toBeLessThanOrEqual(recorded);
  });

  it("P1 a wake-up that comes after the window is over is no lease; the waiter asks", async () => {
    const holder = await heldWith();
    const waiter = await listeningClient(fixture);
    const [waiting] = await enqueue(fixture, holder.name, [
      () => waiter.locks.acquire(holder.name, { claimMs: 200, waitMs: 6000 }),
    ]);
    fixture.gateway.faults.latency({ requestMs: 0, replyMs: 300 });
    void holder.release();
    const released = Number(await serverMicros(fixture)) / 1000;
    await sleep(250);
    fixture.gateway.faults.clear();
    const lease = (await waiting) as Lease;
    expect(grantedAt(lease)).toBeGreaterThan(released + 190);
    expect(lease.remainingMs()).toBeGreaterThan(0);
    expect(lease.expiresAt).toBeLessThanOrEqual(grantedAt(lease) + 30_000);
  });

  it("P1 a waiter that was frozen for longer than the window does not take the grant that it missed", async () => {
    const clock = movableClock();
    const holder = await heldWith();
    const waiter = await listeningClient(fixture, { clock });
    const [waiting] = await enqueue(fixture, holder.name, [
      () => waiter.locks.acquire(holder.name, { claimMs: CLAIM_MS, waitMs: 60_000 }),
    ]);
    const asked = waiter.network.requests.length;
    // Its own clock says that the window is over by the time it hears.
    const publish = holder.release();
    clock.freeze(CLAIM_MS + 100);
    await publish;
    const { remainingMs } = await heard(waiting);
    // The server was not frozen, so the look found the grant still there; what counts is that it looked.
    expect(remainingMs).toBeLessThanOrEqual(CLAIM_MS);
    expect(waiter.network.requests.length).toBeGreaterThan(asked);
  });

  it("P1 a wall clock that is set back or forth while waiting lengthens nothing", async () => {
    for (const jumpMs of [-3_600_000, 3_600_000]) {
      const clock = movableClock();
      const holder = await heldWith();
      const waiter = await listeningClient(fixture, { clock });
      const [waiting] = await enqueue(fixture, holder.name, [
        () => waiter.locks.acquire(holder.name, { claimMs: CLAIM_MS, waitMs: Number.POSITIVE_INFINITY }),
      ]);
      clock.jumpWall(jumpMs);
      await holder.release();
      const heardAt = waiting?.then(() => Date.now());
      const { lease, remainingMs } = await heard(waiting);
      expect(remainingMs).toBeGreaterThan(0);
      // The lease's own wall clock was set; the server's was not.
      expect(((await heardAt) ?? 0) + remainingMs).toBeLessThanOrEqual(expiry(lease) + 1);
    }
  });
});
