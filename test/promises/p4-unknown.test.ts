import { HoldfastError, LockLostError } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { about } from "../support/about.ts";
import { type Client, onEveryEngine } from "../support/fixture.ts";
import { Order } from "../support/order.ts";
import { serverView } from "../support/server-view.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

/** Long, so that a name that is free within a test was given back and did not expire. */
const TTL_MS = 60_000;
const ALWAYS = Number.POSITIVE_INFINITY;

onEveryEngine("P4 unknown is an outcome", (fixture) => {
  expectNoUnhandledRejection();

  const isFree = (name: string) =>
    vi.waitFor(async () => expect(await serverView(fixture, name)).toMatchObject({ held: false }), 5000);
  const isHeld = (name: string) =>
    vi.waitFor(async () => expect(await serverView(fixture, name)).toMatchObject({ held: true }), 5000);
  const count = ({ events }: Client, wanted: string) => events.filter(({ type }) => type === wanted).length;

  it.each([
    ["what was executed is never answered", true],
    ["nothing arrives", false],
  ])(
    "P4 acquire fails as unavailable within waitMs, and its grant is taken back (%s)",
    async (_, afterExecuting) => {
      const name = fixture.name();
      const client = await fixture.warmClient({ timeoutMs: 200 });
      const order = new Order();
      client.network.fail({ action: "hang", afterExecuting, times: ALWAYS });
      const waitOver = order.after(600 + 100, "waitMs and a little");
      const error = await client.locks.acquire(name, { ttlMs: TTL_MS, waitMs: 600 }).catch((error) => error);
      order.note("rejected");
      expect(error).toBeInstanceOf(HoldfastError);
      expect(error.code).toBe("unavailable");
      await waitOver;
      expect(order.happened).toEqual(["rejected", "waitMs and a little"]);
      expect([count(client, "unknown"), count(client, "acquired")]).toEqual([1, 0]);

      // Granted or not: the last fence tells, whether or not it is taken back by now.
      expect((await serverView(fixture, name)).fence > 0).toBe(afterExecuting);
      client.network.clear();
      await isFree(name);
      expect(await fixture.client().locks.tryAcquire(name)).not.toBeNull();
    },
  );

  it("P4 one request that got no answer is taken back at once", async () => {
    const name = fixture.name();
    const { locks, network } = await fixture.warmClient();
    fixture.gateway.faults.inject({ action: "hang", afterExecuting: true, when: about(name) });
    const acquiring = locks.acquire(name, { ttlMs: TTL_MS, waitMs: 200 });
    await expect(acquiring).rejects.toMatchObject({ code: "unavailable" });
    await isFree(name);
    expect(network.requests).toHaveLength(2);
  });

  it("P4 tryAcquire tells broken from busy, and takes back", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient({ timeoutMs: 100 });
    client.network.fail({ action: "hang", afterExecuting: true, times: ALWAYS });
    const asking = client.locks.tryAcquire(name, { ttlMs: TTL_MS });
    await expect(asking).rejects.toMatchObject({ name: "HoldfastError", code: "unavailable" });
    expect(count(client, "unknown")).toBe(1);
    client.network.clear();
    await isFree(name);
  });

  it("P4 request does not run its function when its acquire is unknown, and takes back", async () => {
    const name = fixture.name();
    const { locks, network } = await fixture.warmClient({ timeoutMs: 100 });
    network.fail({ action: "hang", afterExecuting: true, times: ALWAYS });
    const section = vi.fn();
    const requesting = locks.request(name, { ttlMs: TTL_MS, waitMs: 300 }, section);
    await expect(requesting).rejects.toMatchObject({ code: "unavailable" });
    network.clear();
    await isFree(name);
    expect(section).not.toHaveBeenCalled();
  });

  it.each([
    ["an error", new Error("the user left")],
    ["anything", { because: "the user left" }],
    ["an error of ours", new HoldfastError("invalid-argument", "of the caller's")],
    ["another lease's loss", new LockLostError("outer", 1, "expired")],
  ])("P4 an abort rejects with the signal's own reason, and takes back (%s)", async (_, reason) => {
    const name = fixture.name();
    const { locks, network } = await fixture.warmClient();
    const caller = new AbortController();
    network.fail({ action: "hang", afterExecuting: true });
    const acquiring = locks.acquire(name, { ttlMs: TTL_MS, signal: caller.signal });
    acquiring.catch(() => {});
    await isHeld(name);
    caller.abort(reason);
    expect(await acquiring.catch((error) => error)).toBe(reason);
    await isFree(name);
  });

  it("P4 an abort ends a tryAcquire and a wait the same way", async () => {
    const name = fixture.name();
    const { locks, network } = await fixture.warmClient();
    const holder = await fixture.client().locks.acquire(name, { ttlMs: TTL_MS });
    const caller = new AbortController();
    const waiting = locks.acquire(name, { signal: caller.signal, waitMs: ALWAYS });
    await expect.poll(() => network.requests.length).toBeGreaterThan(0);
    network.fail({ action: "hang", times: ALWAYS });
    const asking = locks.tryAcquire(name, { signal: caller.signal });
    caller.abort("enough");
    expect(await Promise.allSettled([waiting, asking])).toEqual([
      { status: "rejected", reason: "enough" },
      { status: "rejected", reason: "enough" },
    ]);
    network.clear();
    expect(await holder.release()).toBe("released");
    // The waiter left: nobody is granted what nobody asks for any more.
    await isFree(name);
  });

  it("P4 an abort before the call sends nothing", async () => {
    const { locks, network } = await fixture.warmClient();
    const signal = AbortSignal.abort("too late");
    await expect(locks.acquire(fixture.name(), { signal })).rejects.toBe("too late");
    await expect(locks.tryAcquire(fixture.name(), { signal })).rejects.toBe("too late");
    expect(network.requests).toEqual([]);
  });

  it("P4 waitUntil is handed the taking back", async () => {
    const name = fixture.name();
    const kept: Promise<unknown>[] = [];
    const { locks, network } = await fixture.warmClient({
      timeoutMs: 100,
      waitUntil: (work) => kept.push(work),
    });
    network.fail({ action: "hang", afterExecuting: true, when: (_, index) => index === 0 });
    network.fail({ action: "hang", times: ALWAYS, when: (_, index) => index > 0 });
    const acquiring = locks.acquire(name, { ttlMs: TTL_MS, waitMs: 250 });
    await expect(acquiring).rejects.toMatchObject({ code: "unavailable" });
    expect(kept).toHaveLength(1);
    expect((await serverView(fixture, name)).held).toBe(true);
    network.clear();
    await Promise.all(kept);
    expect((await serverView(fixture, name)).held).toBe(false);
  });

  it("P4 a waitUntil that throws changes no outcome", async () => {
    const name = fixture.name();
    const { locks, network } = await fixture.warmClient({
      timeoutMs: 100,
      waitUntil: () => {
        throw new TypeError("Illegal invocation");
      },
    });
    network.fail({ action: "hang", afterExecuting: true, times: ALWAYS });
    const acquiring = locks.acquire(name, { ttlMs: TTL_MS, waitMs: 250 });
    await expect(acquiring).rejects.toMatchObject({ code: "unavailable" });
    network.clear();
    await isFree(name);
    const lease = await locks.acquire(name, { renew: true });
    expect(await lease.release()).toBe("released");
  });

  it("P4 a request that arrives after its taking back gets nothing", async () => {
    const name = fixture.name();
    let executed = 0;
    const { locks, network } = await fixture.warmClient({
      fetch: (...request) => fetch(...request).finally(() => executed++),
    });
    executed = 0;
    network.fail({ action: "delay-request", delayMs: 500 });
    const acquiring = locks.acquire(name, { ttlMs: TTL_MS, waitMs: 150 });
    await expect(acquiring).rejects.toMatchObject({ code: "unavailable" });
    await expect.poll(() => executed, { timeout: 5000 }).toBe(2);
    expect(await serverView(fixture, name)).toMatchObject({ held: false });
  });

  it("P4 a waiter that is not told of its grant gives it back", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name, { ttlMs: TTL_MS });
    const { locks, network } = await fixture.warmClient({ timeoutMs: 200 });
    const waiting = locks.acquire(name, { ttlMs: TTL_MS, waitMs: 800 });
    await expect.poll(() => network.requests.length).toBeGreaterThan(0);
    network.fail({ action: "hang", afterExecuting: true, times: ALWAYS });
    await holder.release();
    const outcome = await waiting.catch((error) => error);
    network.clear();
    if (outcome instanceof HoldfastError) expect(["timeout", "unavailable"]).toContain(outcome.code);
    else await outcome.release();
    await isFree(name);
  });
});
