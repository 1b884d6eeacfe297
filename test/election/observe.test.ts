import type { Leader } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { countingClock } from "../support/counting-clock.ts";
import { onEveryEngine } from "../support/fixture.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

const FOREVER = 3_600_000;

onEveryEngine("election: observe", (f) => {
  expectNoUnhandledRejection();

  it("yields the present leader, then every change", async () => {
    const name = f.name();
    const stop = new AbortController();
    const election = f.client().locks.election(name);
    const seen = election.observe({ signal: stop.signal, intervalMs: 100 })[Symbol.asyncIterator]();
    const next = async () => (await seen.next()).value as Leader | undefined;

    expect(await next()).toBeUndefined();
    const a = await f.client().locks.election(name).campaign({ metadata: "a" });
    expect(await next()).toMatchObject({ fence: a.fence, metadata: "a" });
    await a.resign();
    expect(await next()).toBeUndefined();
    const b = await f.client().locks.election(name).campaign({ metadata: "b" });
    expect(await next()).toMatchObject({ fence: b.fence, metadata: "b" });
    const c = f.client().locks.election(name).campaign({ metadata: "c" });
    await b.resign();
    expect(await next()).toMatchObject({ fence: (await c).fence, metadata: "c" });
    const pending = next();
    stop.abort();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
    await (await c).resign();
  });

  it("starts anew with each iteration: the present leader comes first", async () => {
    const name = f.name();
    const { locks } = f.client();
    const leadership = await locks.election(name).campaign();
    const observed = locks.election(name).observe({ intervalMs: FOREVER });
    for (let i = 0; i < 2; i++)
      for await (const leader of observed) {
        expect(leader?.fence).toBe(leadership.fence);
        break;
      }
    await leadership.resign();
  });

  it("does not tell of a leader twice, though its lease is renewed", async () => {
    const name = f.name();
    const { locks, events } = f.client();
    const leadership = await locks.election(name).campaign({ ttlMs: 600 });
    const seen: (number | undefined)[] = [];
    const stop = new AbortController();
    const observing = (async () => {
      const observed = f.client().locks.election(name).observe({ signal: stop.signal, intervalMs: 100 });
      for await (const leader of observed) seen.push(leader?.fence);
    })();
    const renewals = () => events.filter(({ type }) => type === "extended").length;
    await vi.waitFor(() => expect(renewals()).toBeGreaterThan(4), 10_000);
    expect(seen).toEqual([leadership.fence]);
    stop.abort();
    await expect(observing).rejects.toBe(stop.signal.reason);
    await leadership.resign();
  });

  it("stops at once on abort, however long the pause, and lets go of timers and listeners", async () => {
    const clock = countingClock();
    const { locks, network } = f.client({ clock });
    const stop = new AbortController();
    const reason = new Error("enough");
    const removed = vi.spyOn(stop.signal, "removeEventListener");
    const added = vi.spyOn(stop.signal, "addEventListener");
    const seen = locks
      .election(f.name())
      .observe({ signal: stop.signal, intervalMs: FOREVER })
      [Symbol.asyncIterator]();
    await seen.next();
    const pending = seen.next();
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    stop.abort(reason);
    await expect(pending).rejects.toBe(reason);
    expect(await seen.next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
    expect(network.requests.length).toBeLessThanOrEqual(3);

    const late = locks.election(f.name()).observe({ signal: stop.signal });
    await expect(late[Symbol.asyncIterator]().next()).rejects.toBe(reason);
  });

  it("can be left in the middle of a pause", async () => {
    const clock = countingClock();
    const seen = f
      .client({ clock })
      .locks.election(f.name())
      .observe({ intervalMs: FOREVER })
      [Symbol.asyncIterator]();
    await seen.next();
    const pending = seen.next();
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    expect(await seen.return?.()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  it("rejects when the store gives no answer, and goes on with a new iteration", async () => {
    const { locks, network } = f.client({ timeoutMs: 50 });
    const observed = locks.election(f.name()).observe({ intervalMs: 100 });
    const seen = observed[Symbol.asyncIterator]();
    await seen.next();
    network.fail({ action: "hang", times: Number.POSITIVE_INFINITY });
    await expect(seen.next()).rejects.toMatchObject({ code: "unavailable" });
    network.clear();
    expect(await observed[Symbol.asyncIterator]().next()).toEqual({ done: false, value: undefined });
  });
});
