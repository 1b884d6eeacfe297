import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HoldfastError } from "../errors.ts";
import { leaseBench, unanswered } from "./test-leases.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unavailable = () => new HoldfastError("unavailable", "no answer");

describe("extending", () => {
  it("asks once for several leases, and each learns its own", async () => {
    const { keeper, hold, extend, events } = leaseBench();
    const [a, b, gone] = [hold(10_000), hold(20_000), hold(30_000)];
    extend.mockImplementation(async (_, { onSend }) => {
      onSend?.();
      return [40_000, 50_000, 0];
    });
    await keeper.extend([a, b, gone].map((lease) => ({ lease, ttlMs: 60_000 })));
    expect(extend).toHaveBeenCalledOnce();
    expect([a.remainingMs(), b.remainingMs(), gone.remainingMs()]).toEqual([39_598, 49_498, 0]);
    expect(gone.signal.reason).toMatchObject({ reason: "taken" });
    expect(events.map(({ type }) => type)).toEqual(["extended", "extended", "lost"]);
  });

  it("tries no longer than the lease that ends first, and leaves room for several tries", async () => {
    const { keeper, hold, extend } = leaseBench();
    const leases = [hold(30_000), hold(10_000)];
    await keeper.extend(leases.map((lease) => ({ lease, ttlMs: 60_000 })));
    const { budgetMs = 0, attemptMs = 0 } = extend.mock.calls[0]?.[1] ?? {};
    expect(budgetMs).toBe(9898);
    expect(attemptMs).toBeLessThanOrEqual(budgetMs / 3);
  });

  it("counts from the try that was answered", async () => {
    const { keeper, hold, extend } = leaseBench();
    const lease = hold(10_000);
    extend.mockImplementation(async (_, { onSend }) => {
      onSend?.();
      await vi.advanceTimersByTimeAsync(1000);
      onSend?.();
      await vi.advanceTimersByTimeAsync(300);
      return [10_000];
    });
    await keeper.extend([{ lease, ttlMs: 10_000 }]);
    expect(lease.remainingMs()).toBe(9898 - 300);
  });

  it("tells that nothing is known, and leaves the leases as they were", async () => {
    const { keeper, hold, extend, events } = leaseBench();
    extend.mockRejectedValue(unavailable());
    const [a, b] = [hold(10_000), hold(10_000)];
    const extending = keeper.extend([a, b].map((lease) => ({ lease, ttlMs: 60_000 })));
    await expect(extending).rejects.toMatchObject({ code: "unavailable" });
    expect(events).toMatchObject([a, b].map(({ name }) => ({ type: "unknown", during: "extend", name })));
    expect([a.remainingMs(), b.remainingMs()]).toEqual([9898, 9898]);
  });
});

describe("releasing", () => {
  it("goes on in the background when there was no answer", async () => {
    const { hold, release, work, events } = leaseBench();
    const lease = hold(60_000);
    release.mockRejectedValueOnce(unavailable());
    await expect(lease.release()).rejects.toMatchObject({ code: "unavailable" });
    await Promise.all(work);
    expect(release).toHaveBeenCalledTimes(2);
    expect(events).toMatchObject([{ type: "unknown", during: "release", name: lease.name }]);
  });

  it("does not go on after a refusal", async () => {
    const { hold, release, work } = leaseBench();
    release.mockRejectedValue(new HoldfastError("unauthorized", "no"));
    await expect(hold(60_000).release()).rejects.toMatchObject({ code: "unauthorized" });
    expect(work).toEqual([]);
  });

  it("has time for an answer even at the very end of a lease", async () => {
    const { hold, release } = leaseBench();
    const lease = hold(60_000);
    await vi.advanceTimersByTimeAsync(lease.remainingMs() - 1);
    await lease.release();
    expect(release.mock.calls[0]?.[2].attemptMs).toBeGreaterThan(1000);
  });
});

describe("later", () => {
  it("tries until it succeeds, with pauses", async () => {
    const { keeper, work } = leaseBench();
    const run = vi.fn(async () => {});
    run.mockRejectedValueOnce(unavailable()).mockRejectedValueOnce(unavailable());
    keeper.later(60_000, run);
    await vi.advanceTimersByTimeAsync(99);
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(3);
    await Promise.all(work);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when what it would undo has ended by itself", async () => {
    const { keeper, work } = leaseBench();
    const run = vi.fn(() => Promise.reject(unavailable()));
    keeper.later(10_000, run);
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all(work);
    const tries = run.mock.calls.length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(20);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(tries);
  });

  it("goes on after a refusal, as of a server whose memory is full", async () => {
    const { keeper, work } = leaseBench();
    const run = vi.fn(async () => {});
    run.mockRejectedValueOnce(new HoldfastError("refused", "OOM"));
    keeper.later(10_000, run);
    await vi.advanceTimersByTimeAsync(200);
    await Promise.all(work);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("ends where trying again is of no use, and never rejects", async () => {
    const { keeper, work } = leaseBench();
    const run = vi.fn(() => Promise.reject(new HoldfastError("unauthorized", "no")));
    keeper.later(10_000, run);
    expect(await Promise.allSettled(work)).toMatchObject([{ status: "fulfilled" }]);
    expect(run).toHaveBeenCalledOnce();
  });

  it("gives a silent store no more time than is of use", async () => {
    const { keeper, work } = leaseBench();
    keeper.later(10_000, (options) => unanswered(options, options));
    await vi.advanceTimersByTimeAsync(20_100);
    await Promise.all(work);
  });
});
