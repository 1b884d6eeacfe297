import { type Lease, LockLostError } from "@holdfast/core";
import { manualClock } from "@holdfast/testing";
import { expect, it, vi } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { Order } from "../support/order.ts";
import { recordKey, serverView } from "../support/server-view.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

const ALWAYS = Number.POSITIVE_INFINITY;

/** Resolves with the reason that the lease's signal aborts with. */
function loss(lease: Lease): Promise<LockLostError> {
  return new Promise((resolve) => {
    lease.signal.addEventListener("abort", () => resolve(lease.signal.reason), { once: true });
  });
}

/** Settles in the turns that follow at once, without any timer or reply. */
async function atOnce<T>(promise: Promise<T>): Promise<T | "still pending"> {
  const turns = (async () => {
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    return "still pending" as const;
  })();
  return Promise.race([promise, turns]);
}

onEveryEngine("P5 loss is told in time", (fixture) => {
  expectNoUnhandledRejection();

  it.each([
    ["without renewal", false],
    ["while renewal hangs", true],
    ["while renewal up to a limit hangs", { maxHoldMs: 60_000 }],
  ])("P5 the signal aborts before the true expiry when the server falls silent (%s)", async (_, renew) => {
    const name = fixture.name();
    const { locks, events, network } = await fixture.warmClient();
    const lease = await locks.acquire(name, { ttlMs: 1000, renew });
    network.fail({ action: "hang", times: ALWAYS });
    const order = new Order();
    // The fence is the server's time of the grant; server and test read the same machine's clock.
    const expiry = order.after(lease.fence / 1000 + 1000 - Date.now(), "true expiry");
    const lost = loss(lease).then((reason) => {
      order.note("told");
      return reason;
    });
    await Promise.all([lost, expiry]);
    expect(order.happened).toEqual(["told", "true expiry"]);
    expect(await lost).toMatchObject({ code: "lost", lock: name, fence: lease.fence, reason: "expired" });
    expect(lease.remainingMs()).toBe(0);
    expect(events.filter(({ type }) => type === "lost")).toHaveLength(1);
  });

  it("P5 a renewal that was executed but not answered does not put off the news", async () => {
    const clock = manualClock();
    const name = fixture.name();
    const { locks, network } = await fixture.warmClient({ clock });
    const lease = await locks.acquire(name, { ttlMs: 10_000, renew: true });
    network.fail({ action: "hang", afterExecuting: true, times: ALWAYS });
    await clock.advance(9897);
    expect(lease.signal.aborted).toBe(false);
    expect(network.requests.length).toBeGreaterThan(2);
    await clock.advance(1);
    expect(lease.signal.aborted).toBe(true);
  });

  it("P5 a silent server is not flooded with renewals", async () => {
    const clock = manualClock();
    const { locks, network } = await fixture.warmClient({ clock });
    const lease = await locks.acquire(fixture.name(), { ttlMs: 10_000, renew: true });
    network.fail({ action: "hang", times: ALWAYS });
    await clock.advance(10_000);
    expect(lease.signal.aborted).toBe(true);
    expect(network.requests.length).toBeLessThan(20);
  });

  it("P5 a lease that is renewed in time is not lost", async () => {
    const name = fixture.name();
    const { locks, events, network } = await fixture.warmClient();
    const lease = await locks.acquire(name, { ttlMs: 1200, renew: true });
    const heard = vi.fn();
    lease.signal.addEventListener("abort", heard);
    network.fail({ action: "drop-reply", when: (_, index) => index % 3 === 0, times: ALWAYS });
    await vi.waitFor(
      () => expect(events.filter(({ type }) => type === "extended").length).toBeGreaterThan(3),
      5000,
    );
    expect(lease.remainingMs()).toBeGreaterThan(0);
    expect(heard).not.toHaveBeenCalled();
    network.clear();
    expect(await lease.release()).toBe("released");
    expect(lease.signal.aborted).toBe(false);
  });

  it("P5 a frozen process learns at its first look, even while a renewal hangs", async () => {
    const clock = manualClock();
    const { locks, network } = await fixture.warmClient({ clock });
    const lease = await locks.acquire(fixture.name(), { ttlMs: 10_000, renew: true });
    network.fail({ action: "hang", times: ALWAYS });
    await clock.advance(4000);
    const told = loss(lease);
    clock.freeze(6000);
    expect(lease.signal.aborted).toBe(true);
    expect(await told).toMatchObject({ reason: "expired" });
    expect(lease.remainingMs()).toBe(0);
    await expect(lease.extend()).rejects.toBeInstanceOf(LockLostError);
  });

  it("P5 a frozen process that looks at nothing is told by its timer when it thaws", async () => {
    const clock = manualClock();
    const { locks } = await fixture.warmClient({ clock });
    const lease = await locks.acquire(fixture.name(), { ttlMs: 10_000 });
    const told = loss(lease);
    clock.freeze(3_600_000);
    await clock.advance(0);
    expect(await told).toBeInstanceOf(LockLostError);
  });

  const takers: [string, (name: string) => Promise<unknown>][] = [
    ["is force-released", (name) => fixture.client().locks.forceRelease(name)],
    ["is forgotten by the store", (name) => fixture.gateway.command("DEL", recordKey(name))],
    [
      "is force-released and taken by somebody else",
      async (name) => {
        await fixture.client().locks.forceRelease(name);
        await fixture.client().locks.acquire(name);
      },
    ],
  ];
  it.each(takers)("P5 a holder whose lease %s is told at its next renewal", async (_, take) => {
    const clock = manualClock();
    const name = fixture.name();
    const { locks, events } = await fixture.warmClient({ clock });
    const lease = await locks.acquire(name, { ttlMs: 10_000, renew: true });
    const told = loss(lease);
    await take(name);
    // Time enough for one renewal, and two thirds of the lease to go.
    await clock.advance(3400);
    expect(await told).toMatchObject({ code: "lost", lock: name, fence: lease.fence, reason: "taken" });
    expect(lease.remainingMs()).toBe(0);
    await expect(lease.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
    expect(await lease.release()).toBe("lost");
    expect(events.filter(({ type }) => type === "lost")).toMatchObject([{ name, reason: "taken" }]);
  });

  it("P5 extend tells that the lease is gone, and goes on telling", async () => {
    const name = fixture.name();
    const { locks, network } = await fixture.warmClient();
    const lease = await locks.acquire(name);
    await fixture.client().locks.forceRelease(name);
    await expect(lease.extend()).rejects.toBeInstanceOf(LockLostError);
    expect(lease.signal.aborted).toBe(true);
    network.clear();
    await expect(lease.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
    expect(network.requests).toEqual([]);
  });

  it("P5 an extend that gets no answer leaves the lease as it was", async () => {
    const { locks, network } = await fixture.warmClient({ timeoutMs: 150 });
    const lease = await locks.acquire(fixture.name(), { ttlMs: 30_000 });
    network.fail({ action: "hang", times: ALWAYS });
    const before = lease.remainingMs();
    await expect(lease.extend(60_000)).rejects.toMatchObject({ code: "unavailable" });
    expect(lease.remainingMs()).toBeLessThanOrEqual(before);
    expect(lease.signal.aborted).toBe(false);
  });

  it("P5 release after the expiry answers expired at once though the server is silent", async () => {
    const clock = manualClock();
    const { locks, events, network } = await fixture.warmClient({ clock });
    const lease = await locks.acquire(fixture.name(), { ttlMs: 10_000 });
    network.fail({ action: "hang", times: ALWAYS });
    clock.freeze(10_000);
    expect(await atOnce(lease.release())).toBe("expired");
    expect(await atOnce(lease.release())).toBe("expired");
    expect(events.filter(({ type }) => type === "released")).toMatchObject([{ outcome: "expired" }]);
  });

  it("P5 release after the expiry spares the lease that came after", async () => {
    const name = fixture.name();
    const { locks } = await fixture.warmClient();
    const lease = await locks.acquire(name, { ttlMs: 500 });
    const next = await fixture.client().locks.acquire(name);
    expect(await lease.release()).toBe("expired");
    expect(await next.extend()).toBeGreaterThan(0);
    expect(await serverView(fixture, name)).toMatchObject({ held: true, fence: next.fence });
  });

  it.each([30, 15, 5])(
    "P5 release %i ms before the expiry answers, though an answer takes 20 ms",
    async (leftMs) => {
      const clock = manualClock();
      const { locks } = await fixture.warmClient({
        clock,
        fetch: async (...request) => {
          const answer = await fetch(...request);
          // Each way takes the network 10 ms.
          await clock.advance(20);
          return answer;
        },
      });
      const lease = await locks.acquire(fixture.name(), { ttlMs: 10_000 });
      clock.freeze(lease.remainingMs() - leftMs);
      expect(["released", "expired"]).toContain(await lease.release());
    },
  );

  it("P5 work that goes on after the loss keeps its own result", async () => {
    const clock = manualClock();
    const { locks, events, network } = await fixture.warmClient({ clock });
    const result = await locks.request(fixture.name(), { ttlMs: 10_000 }, async (lease) => {
      network.fail({ action: "hang", times: ALWAYS });
      clock.freeze(10_000);
      return lease.signal.aborted;
    });
    expect(result).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(["acquired", "lost", "released"]);
  });

  it("P5 work that ends by a copy of the loss, as fetch in workerd rejects, rejects with the loss itself", async () => {
    const clock = manualClock();
    const { locks, network } = await fixture.warmClient({ clock });
    const work = locks.request(fixture.name(), { ttlMs: 10_000 }, async (lease) => {
      network.fail({ action: "hang", times: ALWAYS });
      clock.freeze(10_000);
      const { name, message, code } = lease.signal.reason;
      throw Object.assign(new Error(message), { name, code });
    });
    await expect(work).rejects.toBeInstanceOf(LockLostError);
  });

  it("P5 an error of the work's own is passed on, lost or not", async () => {
    const clock = manualClock();
    const { locks, network } = await fixture.warmClient({ clock });
    const own = new Error("own");
    const work = locks.request(fixture.name(), { ttlMs: 10_000 }, async () => {
      network.fail({ action: "hang", times: ALWAYS });
      clock.freeze(10_000);
      throw own;
    });
    await expect(work).rejects.toBe(own);
  });
});
