import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HoldfastError } from "../errors.ts";
import { leaseBench, silence, unanswered } from "./test-leases.ts";

const TTL_MS = 9000;
const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A bench whose leases are renewed for a day unless a test says otherwise. */
function renewing() {
  const bench = leaseBench();
  const hold = (ttlMs = TTL_MS, maxHoldMs = DAY_MS) => {
    const lease = bench.hold(ttlMs);
    bench.keeper.renewer.add(lease, maxHoldMs, "max-hold");
    return lease;
  };
  const names = () => bench.extend.mock.calls.map(([leases]) => leases.map(({ name }) => name));
  return { ...bench, hold, names };
}

describe("renewal", () => {
  it("comes when a third of the lease is used up, and goes on", async () => {
    const { hold, extend } = renewing();
    const lease = hold();
    await vi.advanceTimersByTimeAsync(TTL_MS / 3 - 200);
    expect(extend).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(extend).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(10 * TTL_MS);
    expect(extend.mock.calls.length).toBeGreaterThan(25);
    expect(extend.mock.calls.length).toBeLessThan(40);
    expect(lease.signal.aborted).toBe(false);
  });

  it("carries in one request all that are due soon", async () => {
    const { hold, names } = renewing();
    const first = hold();
    await vi.advanceTimersByTimeAsync(500);
    const second = hold();
    await vi.advanceTimersByTimeAsync(TTL_MS / 3 - 500);
    expect(names()).toEqual([[first.name, second.name]]);
  });

  it("leaves out a lease that has most of its time before it", async () => {
    const { hold, names } = renewing();
    const due = hold();
    hold(600_000);
    await vi.advanceTimersByTimeAsync(TTL_MS / 3);
    expect(names()).toEqual([[due.name]]);
  });

  it("splits more leases than a request should carry", async () => {
    const { hold, names } = renewing();
    for (let i = 0; i < 250; i++) hold();
    await vi.advanceTimersByTimeAsync(TTL_MS / 3 + 10);
    expect(names().map((batch) => batch.length)).toEqual([100, 100, 50]);
    expect(new Set(names().flat()).size).toBe(250);
  });

  it("has one timer for all", async () => {
    const { hold } = renewing();
    for (let i = 0; i < 5; i++) hold();
    // Each lease watches its own deadline.
    expect(vi.getTimerCount()).toBe(5 + 1);
    await vi.advanceTimersByTimeAsync(TTL_MS);
    expect(vi.getTimerCount()).toBe(5 + 1);
  });

  it("tries again after a failure, before the lease ends", async () => {
    const { hold, extend } = renewing();
    extend.mockRejectedValueOnce(new HoldfastError("unavailable", "no answer"));
    const lease = hold();
    await vi.advanceTimersByTimeAsync(TTL_MS);
    expect(extend.mock.calls.length).toBeGreaterThan(1);
    expect(lease.signal.aborted).toBe(false);
  });

  it("never asks for a lease that it is asking for", async () => {
    const { hold, extend } = renewing();
    extend.mockImplementation(silence);
    const lease = hold();
    await vi.advanceTimersByTimeAsync(2 * TTL_MS);
    expect(extend).toHaveBeenCalledOnce();
    expect(lease.signal.reason).toMatchObject({ reason: "expired" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not flood a store that never answers", async () => {
    const { hold, extend } = renewing();
    extend.mockImplementation(unanswered);
    const lease = hold();
    await vi.advanceTimersByTimeAsync(2 * TTL_MS);
    expect(extend.mock.calls.length).toBeLessThan(20);
    expect(lease.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends with the lease, and so does what keeps the process for it", async () => {
    const { hold, extend, work } = renewing();
    const [released, lost] = [hold(), hold()];
    expect(work).toHaveLength(2);
    await released.release();
    lost.lose("taken");
    await Promise.all(work);
    await vi.advanceTimersByTimeAsync(2 * TTL_MS);
    expect(extend).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the end of renewal", () => {
  it("comes after maxHoldMs, and says so", async () => {
    const { hold, extend } = renewing();
    const lease = hold(TTL_MS, 2 * TTL_MS);
    await vi.advanceTimersByTimeAsync(2 * TTL_MS - 200);
    expect(lease.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(lease.signal.reason).toMatchObject({ code: "lost", reason: "max-hold" });
    const asked = extend.mock.calls.length;
    await vi.advanceTimersByTimeAsync(TTL_MS);
    expect(extend.mock.calls.length).toBe(asked);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is never asked past: the last renewal asks for what is left of the hold", async () => {
    const { hold, extend } = renewing();
    hold(TTL_MS, 2 * TTL_MS);
    const started = performance.now();
    const asked: number[] = [];
    extend.mockImplementation(async (leases, { onSend }) => {
      onSend?.();
      asked.push(performance.now() - started + (leases[0]?.ttlMs ?? 0));
      return leases.map(({ ttlMs }) => ttlMs);
    });
    await vi.advanceTimersByTimeAsync(2 * TTL_MS);
    expect(Math.max(...asked)).toBeLessThanOrEqual(2 * TTL_MS);
  });
});

describe("a lease that only has to be confirmed", () => {
  it("keeps the runtime until it is, and not until it ends", async () => {
    const { hold, keeper, extend, work } = leaseBench();
    const lease = hold(2000, { ttlMs: TTL_MS });
    keeper.renewer.confirm(lease);
    await vi.advanceTimersByTimeAsync(2000);
    expect(extend).toHaveBeenCalledOnce();
    await Promise.all(work);
    expect(lease.outcome).toBeUndefined();
  });

  it("does so too when its holder was first to extend it", async () => {
    const { hold, keeper, extend, work } = leaseBench();
    const lease = hold(2000, { ttlMs: TTL_MS });
    keeper.renewer.confirm(lease);
    await lease.extend();
    await vi.advanceTimersByTimeAsync(2000);
    expect(extend).toHaveBeenCalledOnce();
    await Promise.all(work);
    expect(lease.outcome).toBeUndefined();
  });
});
