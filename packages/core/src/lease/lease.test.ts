import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../clock.ts";
import { HoldfastError, LockLostError } from "../errors.ts";
import { instant } from "./deadline.ts";
import { leaseBench, silence } from "./test-leases.ts";

const TTL_MS = 10_000;
const RELIABLE_MS = 9898;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a lease's time", () => {
  it("runs down to 0, in whole milliseconds, and then the signal aborts once", async () => {
    const { hold, events } = leaseBench();
    const lease = hold(TTL_MS);
    const heard = vi.fn();
    lease.signal.addEventListener("abort", heard);
    expect(lease.remainingMs()).toBe(RELIABLE_MS);
    await vi.advanceTimersByTimeAsync(RELIABLE_MS - 1);
    expect([lease.remainingMs(), heard.mock.calls.length]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(TTL_MS);
    expect([lease.remainingMs(), heard.mock.calls.length]).toEqual([0, 1]);
    expect(lease.signal.reason).toBeInstanceOf(LockLostError);
    expect(events).toMatchObject([{ type: "lost", name: lease.name, reason: "expired" }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is over at the first look when the wall clock has run past it and no timer has fired", () => {
    const lease = leaseBench().hold(TTL_MS);
    vi.setSystemTime(Date.now() + RELIABLE_MS);
    expect(lease.signal.aborted).toBe(true);
  });

  it("is told of within a second after a suspension (simulation, many seed 17), for which timers stood still and the wall clock went on", async () => {
    const lease = leaseBench().hold(60_000);
    const heard = vi.fn();
    lease.signal.addEventListener("abort", heard);
    await vi.advanceTimersByTimeAsync(10_000);
    vi.setSystemTime(Date.now() + 60_000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toHaveBeenCalledOnce();
  });
});

describe("confirm", () => {
  it("counts from when the confirmed request left", async () => {
    const lease = leaseBench().hold(TTL_MS);
    const sentAt = instant(systemClock);
    await vi.advanceTimersByTimeAsync(500);
    lease.confirm(sentAt, 2 * TTL_MS);
    expect(lease.remainingMs()).toBe(19_798 - 500);
  });

  it("does not go on with what was over by the holder's own count (simulation, semaphore seed 355), for a suspended machine's timers are late", () => {
    const { hold, events } = leaseBench();
    const lease = hold(TTL_MS);
    const sentAt = instant(systemClock);
    vi.setSystemTime(Date.now() + RELIABLE_MS + 50);
    lease.confirm(sentAt, 2 * TTL_MS);
    expect(events).toMatchObject([{ type: "lost", reason: "expired" }]);
    expect([lease.signal.aborted, lease.remainingMs()]).toEqual([true, 0]);
  });

  it("never shortens", () => {
    const lease = leaseBench().hold(TTL_MS);
    lease.confirm(instant(systemClock), 1000);
    expect(lease.remainingMs()).toBe(RELIABLE_MS);
  });

  it("moves the end that the timer waits for", async () => {
    const lease = leaseBench().hold(TTL_MS);
    lease.confirm(instant(systemClock), 3 * TTL_MS);
    await vi.advanceTimersByTimeAsync(2 * TTL_MS);
    expect(lease.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(TTL_MS);
    expect(lease.signal.aborted).toBe(true);
  });

  it("without any time left means taken, or expired if it was over anyway", async () => {
    const { hold } = leaseBench();
    const [taken, expired] = [hold(TTL_MS), hold(TTL_MS)];
    taken.confirm(instant(systemClock), 0);
    expect(taken.signal.reason).toMatchObject({ reason: "taken" });
    vi.setSystemTime(Date.now() + TTL_MS);
    expired.confirm(instant(systemClock), 0);
    expect(expired.signal.reason).toMatchObject({ reason: "expired" });
  });

  it("revives nothing", () => {
    const lease = leaseBench().hold(TTL_MS);
    lease.lose("taken");
    lease.confirm(instant(systemClock), TTL_MS);
    expect(lease.remainingMs()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("proves a lease from another process, whose own word counts for nothing", () => {
    const lease = leaseBench().hold(TTL_MS, { proven: false });
    expect(lease.remainingMs()).toBe(0);
    lease.confirm(instant(systemClock), 1000);
    expect(lease.remainingMs()).toBe(988);
  });
});

describe("extend", () => {
  it("asks for the lease's own TTL by default and answers what can be relied on", async () => {
    const { hold, extend } = leaseBench();
    const lease = hold(TTL_MS);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await lease.extend()).toBe(RELIABLE_MS);
    expect(extend.mock.calls[0]?.[0]).toMatchObject([{ name: lease.name, ttlMs: TTL_MS }]);
  });

  it.each([0, 9, 1.5, -1, Number.NaN, 86_400_001])("refuses %d ms before it asks", async (ttlMs) => {
    const { hold, extend } = leaseBench();
    await expect(hold(TTL_MS).extend(ttlMs)).rejects.toMatchObject({ code: "invalid-argument" });
    expect(extend).not.toHaveBeenCalled();
  });

  it("tells a released lease from a lost one, and asks for neither", async () => {
    const { hold, extend } = leaseBench();
    const [released, lost] = [hold(TTL_MS), hold(TTL_MS)];
    await released.release();
    lost.lose("taken");
    await expect(released.extend()).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(lost.extend()).rejects.toMatchObject({ code: "lost", fence: lost.fence });
    expect(extend).not.toHaveBeenCalled();
  });

  it("tells the loss and not the network's trouble if the lease ended meanwhile", async () => {
    const { hold, extend } = leaseBench();
    extend.mockImplementation(async () => {
      vi.setSystemTime(Date.now() + TTL_MS);
      throw new HoldfastError("unavailable", "no answer");
    });
    await expect(hold(TTL_MS).extend()).rejects.toBeInstanceOf(LockLostError);
  });

  it("does not revive a lease that was released meanwhile", async () => {
    const { hold } = leaseBench();
    const lease = hold(TTL_MS);
    const [extending, releasing] = await Promise.allSettled([lease.extend(), lease.release()]);
    expect(extending).toMatchObject({ status: "rejected", reason: { code: "invalid-argument" } });
    expect(releasing).toEqual({ status: "fulfilled", value: "released" });
    expect(lease.remainingMs()).toBe(0);
  });
});

describe("release", () => {
  it("asks once for any number of calls and answers the same", async () => {
    const { hold, release, events } = leaseBench();
    const lease = hold(TTL_MS);
    expect(await Promise.all([lease.release(), lease.release()])).toEqual(["released", "released"]);
    expect(await lease.release()).toBe("released");
    expect(release).toHaveBeenCalledOnce();
    expect(events.map(({ type }) => type)).toEqual(["released"]);
  });

  it("ends reliance at once, keeps the signal quiet and leaves no timer", async () => {
    const { hold, release } = leaseBench();
    release.mockImplementation(silence);
    const lease = hold(TTL_MS);
    void lease.release();
    expect(lease.remainingMs()).toBe(0);
    await vi.advanceTimersByTimeAsync(2 * TTL_MS);
    expect(lease.signal.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("answers lost when the store knew it no more though its time was not over, else expired", async () => {
    const { hold, release } = leaseBench();
    release.mockResolvedValueOnce(false);
    expect(await hold(TTL_MS).release()).toBe("lost");
    release.mockImplementationOnce(async () => {
      vi.setSystemTime(Date.now() + TTL_MS);
      return false;
    });
    expect(await hold(TTL_MS).release()).toBe("expired");
  });

  it("asks nothing about a lease that was taken away, and waits for nothing after expiry", async () => {
    const { hold, release } = leaseBench();
    release.mockImplementation(silence);
    const [taken, expired] = [hold(TTL_MS), hold(TTL_MS)];
    taken.lose("taken");
    expect(await taken.release()).toBe("lost");
    expect(release).not.toHaveBeenCalled();
    vi.setSystemTime(Date.now() + TTL_MS);
    expect(await expired.release()).toBe("expired");
  });

  it("can be asked again after it got no answer", async () => {
    const { hold, release } = leaseBench();
    release.mockRejectedValueOnce(new HoldfastError("refused", "no"));
    const lease = hold(TTL_MS);
    await expect(lease.release()).rejects.toMatchObject({ code: "refused" });
    expect(await lease.release()).toBe("released");
  });

  it("is what await using does, without hiding the work's own outcome", async () => {
    const { hold, release } = leaseBench();
    release.mockRejectedValue(new HoldfastError("unauthorized", "no"));
    const section = async () => {
      await using lease = hold(TTL_MS);
      return lease.fence;
    };
    expect(await section()).toBe(1);
    expect(release).toHaveBeenCalledOnce();
  });

  it("calls back once, as a loss does", async () => {
    const { hold } = leaseBench();
    const [released, lost] = [hold(TTL_MS), hold(TTL_MS)];
    const ended = vi.fn();
    for (const lease of [released, lost]) lease.onEnd(() => ended(lease.name));
    await released.release();
    lost.lose("expired");
    lost.lose("taken");
    await lost.release();
    await released.release();
    expect(ended.mock.calls).toEqual([[released.name], [lost.name]]);
  });
});

describe("toJSON", () => {
  it("has what another process needs, and nothing that is not there", () => {
    const lease = leaseBench().hold(TTL_MS, { acquiredAt: 42 });
    expect(JSON.parse(JSON.stringify(lease))).toEqual({
      version: 1,
      name: lease.name,
      mode: "exclusive",
      owner: "owner-1",
      attemptId: "attempt-1",
      fence: 1,
      acquiredAt: 42,
      expiresAt: Date.now() + RELIABLE_MS,
      ttlMs: TTL_MS,
    });
  });

  it("carries metadata, and every name with its fence", () => {
    const lease = leaseBench().hold(TTL_MS, { names: ["a", "b"], fences: [7, 9], metadata: { job: 1 } });
    expect(lease.toJSON()).toMatchObject({
      name: "a",
      fence: 9,
      names: ["a", "b"],
      fences: [7, 9],
      metadata: { job: 1 },
    });
  });
});
