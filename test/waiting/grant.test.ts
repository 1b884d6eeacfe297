import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import {
  digestRequests,
  enqueue,
  look,
  onEveryEngineAtOnce,
  PATIENCE,
  scriptRequests,
  subscriptions,
  untilWaiting,
} from "./queue.ts";

onEveryEngineAtOnce("the wake-up is the grant", (fixture) => {
  const waitingClient = async (name: string, options = {}) => {
    const client = await fixture.warmClient();
    const holder = await fixture.client().locks.acquire(name);
    // The first wait opens the stream; what follows is the cost of a wait.
    await client.locks.acquire(name, { waitMs: 50 }).catch(() => {});
    await untilWaiting(fixture, name, 0);
    client.network.clear();
    const [waiting] = await enqueue(fixture, name, [() => client.locks.acquire(name, options)]);
    return { ...client, holder, waiting: waiting as Promise<Lease> };
  };

  it("a hand-over costs two requests: a place in the queue, and the release", async () => {
    const name = fixture.name();
    const { network, holder, waiting } = await waitingClient(name);
    await sleep(100);
    await holder.release();
    const lease = await waiting;
    expect(scriptRequests(network)).toHaveLength(1);
    expect(lease.remainingMs()).toBeGreaterThan(0);
    expect((await look(fixture, name)).holders).toMatchObject([{ fence: lease.fence }]);
    await lease.release();
    expect(scriptRequests(network)).toHaveLength(2);
    expect(subscriptions(network)).toHaveLength(0);
  });

  it("a client's first wait costs a stream, and a look once it is open", async () => {
    const name = fixture.name();
    const { locks, network } = await fixture.warmClient();
    const holder = await fixture.client().locks.acquire(name);
    const [waiting] = await enqueue(fixture, name, [() => locks.acquire(name)]);
    await holder.release();
    await (await waiting)?.release();
    expect(scriptRequests(network)).toHaveLength(3);
    expect(subscriptions(network)).toHaveLength(1);
  });

  it("a section longer than the window confirms once, to the whole TTL", async () => {
    const name = fixture.name();
    const { network, holder, waiting, events } = await waitingClient(name, { claimMs: 600, ttlMs: 4000 });
    await holder.release();
    const lease = await waiting;
    expect(lease.remainingMs()).toBeLessThanOrEqual(600);
    await vi.waitFor(() => expect(lease.remainingMs()).toBeGreaterThan(600), PATIENCE);
    const [{ since, expiresAt } = { since: 0, expiresAt: 0 }] = (await look(fixture, name)).holders;
    expect(expiresAt - since).toBeGreaterThan(3900);
    expect(expiresAt - since).toBeLessThan(4600);
    await sleep(800);
    expect(lease.signal.aborted).toBe(false);
    expect(digestRequests(network)).toHaveLength(2);
    expect(events.filter(({ type }) => type === "extended")).toHaveLength(1);
    expect(await lease.release()).toBe("released");
  });

  it("a lease that was handed over and not renewed expires after its TTL, and says so", async () => {
    const name = fixture.name();
    const { holder, waiting } = await waitingClient(name, { claimMs: 150, ttlMs: 600 });
    await holder.release();
    const lease = await waiting;
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
    expect(lease.signal.reason).toMatchObject({ code: "lost", reason: "expired" });
    expect((await look(fixture, name)).lastFence).toBe(lease.fence);
  });

  it("a lease that was handed over lasts as long as its holder extends it", async () => {
    const name = fixture.name();
    const { holder, waiting } = await waitingClient(name, { claimMs: 150, ttlMs: 500 });
    await holder.release();
    const lease = await waiting;
    expect(await lease.extend(5000)).toBeGreaterThan(4000);
    await sleep(700);
    expect(lease.signal.aborted).toBe(false);
    expect(lease.remainingMs()).toBeGreaterThan(3000);
    expect((await look(fixture, name)).held).toBe(true);
    expect(await lease.release()).toBe("released");
  });

  it("a TTL shorter than the window is granted whole, and needs no confirmation", async () => {
    const name = fixture.name();
    const { network, holder, waiting } = await waitingClient(name, { claimMs: 2000, ttlMs: 400 });
    await holder.release();
    const lease = await waiting;
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
    expect(lease.signal.reason).toMatchObject({ reason: "expired" });
    expect(scriptRequests(network)).toHaveLength(1);
  });

  it("renew: true goes on renewing after the confirmation", async () => {
    const name = fixture.name();
    const { holder, waiting } = await waitingClient(name, { claimMs: 150, ttlMs: 400, renew: true });
    await holder.release();
    const lease = await waiting;
    await sleep(1000);
    expect(lease.signal.aborted).toBe(false);
    expect((await look(fixture, name)).holders).toMatchObject([{ fence: lease.fence }]);
    await lease.release();
  });
});
