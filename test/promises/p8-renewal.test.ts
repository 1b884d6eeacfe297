import type { LockEvent, LockLostError } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { countingClock } from "../support/counting-clock.ts";
import { type Client, onEveryEngine } from "../support/fixture.ts";
import { keysOf } from "../support/keys.ts";

const TTL_MS = 600;
const PATIENCE = { timeout: 10_000, interval: 10 };

const extensions = ({ events }: Client) => events.filter(({ type }) => type === "extended");
const lastLoss = (events: readonly LockEvent[]) => events.find((event) => event.type === "lost");
const renewed = (client: Client, times: number) =>
  vi.waitFor(() => expect(extensions(client).length).toBeGreaterThanOrEqual(times), PATIENCE);
const ended = (signal: AbortSignal) => vi.waitFor(() => expect(signal.aborted).toBe(true), PATIENCE);

onEveryEngine("P8 renewal", (f) => {
  it("keeps the name for as long as it is held, with one fence", async () => {
    const name = f.name();
    const holder = f.client();
    const lease = await holder.locks.acquire(name, { ttlMs: TTL_MS, renew: true });
    const { fence } = lease;

    // Renewed at a third of the TTL: ten renewals are more than three TTLs.
    await renewed(holder, 10);

    expect(lease.signal.aborted).toBe(false);
    expect(await f.client().locks.tryAcquire(name)).toBeNull();
    expect((await f.client().locks.inspect(name)).lastFence).toBe(fence);
    expect(await lease.release()).toBe("released");
  });

  it("is done by request() without being asked, and ends when its function settles", async () => {
    const name = f.name();
    const clock = countingClock();
    const client = f.client({ clock });
    await client.locks.request(name, { ttlMs: TTL_MS }, () => renewed(client, 5));
    expect(clock.pending).toBe(0);
    expect((await f.client().locks.inspect(name)).held).toBe(false);
  });

  it("is absolute: a renewal that is executed twice adds nothing up", async () => {
    const name = f.name();
    const client = f.client();
    const lease = await client.locks.acquire(name, { ttlMs: TTL_MS, renew: true });
    f.gateway.faults.inject({ action: "duplicate", times: Number.POSITIVE_INFINITY });
    await renewed(client, 6);

    const [holder] = (await f.client().locks.inspect(name)).holders;
    expect(holder?.expiresAt).toBeLessThanOrEqual(Date.now() + TTL_MS);
    expect(lease.remainingMs()).toBeLessThanOrEqual(TTL_MS);
    await lease.release();
  });

  it("is absolute for extend() also: five in a row are worth one, and a shorter one takes nothing away", async () => {
    const lease = await f.client().locks.acquire(f.name(), { ttlMs: 20_000 });
    for (let i = 0; i < 5; i++) expect(await lease.extend(30_000)).toBeLessThanOrEqual(30_000);
    expect(await lease.extend(1000)).toBeGreaterThan(25_000);
    await lease.release();
  });

  it("carries many leases in one request", async () => {
    const client = f.client();
    const names = Array.from({ length: 20 }, () => f.name());
    const leases = await Promise.all(
      names.map((name) => client.locks.acquire(name, { ttlMs: 2000, renew: true })),
    );
    client.network.clear();

    await renewed(client, 3 * leases.length);

    expect(
      Math.max(...client.network.requests.map((request) => keysOf(request).length)),
    ).toBeGreaterThanOrEqual(10);
    expect(client.network.requests.length).toBeLessThanOrEqual(leases.length / 2);
    expect(leases.filter(({ signal }) => signal.aborted)).toEqual([]);
    await Promise.all(leases.map((lease) => lease.release()));
  });

  it("takes one timer for all leases of a client, and none once they are released", async () => {
    const clock = countingClock();
    const client = f.client({ clock });
    const take = (renew: boolean) => client.locks.acquire(f.name(), { ttlMs: 60_000, renew });

    const plain = await Promise.all(Array.from({ length: 20 }, () => take(false)));
    const before = clock.pending;
    await Promise.all(plain.map((lease) => lease.release()));
    const renewing = await Promise.all(Array.from({ length: 20 }, () => take(true)));
    expect(clock.pending - before).toBe(1);

    await Promise.all(renewing.map((lease) => lease.release()));
    // Without a timer there is nothing left that could send a request.
    expect(clock.pending).toBe(0);
  });

  it("stops at maxHoldMs: the signal aborts with max-hold, and the next one gets the name", async () => {
    const name = f.name();
    const clock = countingClock();
    const client = f.client({ clock });
    const started = performance.now();
    const lease = await client.locks.acquire(name, { ttlMs: TTL_MS, renew: { maxHoldMs: 1500 } });
    const grantedAt = performance.now();

    await ended(lease.signal);

    const endedAt = performance.now();
    expect((lease.signal.reason as LockLostError).reason).toBe("max-hold");
    expect(endedAt - grantedAt).toBeLessThanOrEqual(1500 + 50);
    expect(endedAt - started).toBeGreaterThan(1500 * 0.8);
    expect(lastLoss(client.events)).toMatchObject({ name, fence: lease.fence, reason: "max-hold" });

    // What separates the two clocks is the drift allowance, not a TTL.
    const next = await f.client().locks.acquire(name, { waitMs: 300 });
    expect(next.fence).toBeGreaterThan(lease.fence);
    expect(await lease.release()).toBe("expired");
    await next.release();
    await vi.waitFor(() => expect(clock.pending).toBe(0), PATIENCE);
  });
});
