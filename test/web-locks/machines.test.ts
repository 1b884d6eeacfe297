import { LockLostError } from "@holdfast/core";
import { manualClock } from "@holdfast/testing";
import { createLockManager, type Lock as FencedLock, type LockManagerOptions } from "@holdfast/web-locks";
import { expect, it, vi } from "vitest";
import { type Client, onEveryEngine } from "../support/fixture.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { PATIENCE } from "../waiting/queue.ts";
import { ask, type Held, hold, isFree, look } from "./cases/subject.ts";

// What no browser has: holders on other machines, which die, are robbed, or cannot be reached.

expectNoUnhandledRejection();

/** A renewal is due within this time, and not long enough before its end for the request to be given up on. */
const TURN_MS = 10_000;

onEveryEngine("lock managers on several machines", (f) => {
  let namespace = "";
  /** A machine: a client and a manager of its own. */
  function machine(options?: LockManagerOptions): Client & { manager: ReturnType<typeof createLockManager> } {
    const client = f.client({ namespace });
    return { ...client, manager: createLockManager(client.locks, options) };
  }
  /** A machine whose time is turned by hand; the lease of 30 s is renewed after 10. */
  function clockwork(options?: LockManagerOptions) {
    const clock = manualClock();
    const client = f.client({ namespace, clock });
    const extensions = () => client.events.filter(({ type }) => type === "extended").length;
    async function renewed(): Promise<void> {
      const before = extensions();
      await clock.advance(TURN_MS);
      await vi.waitFor(() => expect(extensions()).toBe(before + 1), PATIENCE);
    }
    return { ...client, manager: createLockManager(client.locks, options), clock, renewed };
  }
  const abortError = { name: "AbortError", constructor: DOMException };
  const fresh = () => {
    namespace = f.name();
    return f.name();
  };

  it("a holder that is stolen from learns it at its next renewal", async () => {
    const name = fresh();
    const { manager, clock } = clockwork();
    const signals: AbortSignal[] = [];
    const done = manager.request(name, async ({ signal }) => {
      signals.push(signal);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return "too late";
    });
    await vi.waitFor(() => expect(signals).toHaveLength(1), PATIENCE);
    const thief = await hold(machine().manager, name, { steal: true });
    await clock.advance(TURN_MS);
    const error = await done.catch((error) => error);
    expect(error).toMatchObject(abortError);
    expect(error.cause).toBeInstanceOf(LockLostError);
    expect(signals[0]?.reason).toBe(error);
    thief.release("kept");
    expect(await thief.done).toBe("kept");
  });

  it("a holder that is stolen from learns it at the end of its callback, if that comes first", async () => {
    const name = fresh();
    const held = await hold(machine({ ttlMs: 60_000 }).manager, name);
    const thief = await hold(machine().manager, name, { steal: true });
    held.release("too late");
    await expect(held.done).rejects.toMatchObject(abortError);
    expect(await isFree(machine().manager, name)).toBe(false);
    thief.release();
    await thief.done;
  });

  it("a thief goes before those who wait on any machine", async () => {
    const name = fresh();
    const held = await hold(machine().manager, name);
    const waiter = machine().manager;
    const waiting = ask(waiter, name);
    await waiter.query();
    const thief = await hold(machine().manager, name, { steal: true });
    expect(await look(waiter, name)).toEqual({ held: ["exclusive"], pending: ["exclusive"] });
    held.release();
    await expect(held.done).rejects.toMatchObject(abortError);
    expect(waiting.called()).toBe(false);
    thief.release();
    (await waiting.granted).release();
    await waiting.done;
  });

  it("a theft whose answer comes late takes nothing from whoever came after the thief", async () => {
    const name = fresh();
    const { manager, network } = machine();
    const [held, operator] = [await hold(machine().manager, name), machine().locks];
    const waiting = ask(manager, name);
    await manager.query();
    network.fail({ action: "delay-reply", delayMs: 300 });
    const thief = ask(manager, name, { steal: true });
    await vi.waitFor(
      async () => expect((await operator.inspect(name)).lastFence).toBeGreaterThan(fenceOf(held)),
      PATIENCE,
    );
    await operator.forceRelease(name);
    const next = await waiting.granted;
    for (const { release } of [held, await thief.granted]) release();
    for (const { done } of [held, thief]) await expect(done).rejects.toMatchObject(abortError);
    next.release("in turn");
    expect(await next.done).toBe("in turn");
  });

  it("an operator who breaks a lock does what a thief does", async () => {
    const name = fresh();
    const { manager, locks, clock } = clockwork();
    const held = await hold(manager, name);
    expect(await locks.forceRelease(name)).toBe(true);
    await clock.advance(TURN_MS);
    await expect(held.done).rejects.toMatchObject({ ...abortError, cause: { reason: "taken" } });
    held.release();
  });

  it("a holder that dies keeps its lock for ttlMs at the most", async () => {
    const name = fresh();
    const dead = machine({ ttlMs: 300 });
    const held = await hold(dead.manager, name);
    const waiting = ask(machine().manager, name);
    dead.network.fail({ action: "drop-request", times: Number.POSITIVE_INFINITY });
    (await waiting.granted).release("mine now");
    expect(await waiting.done).toBe("mine now");
    await expect(held.done).rejects.toMatchObject(abortError);
  });

  it("a holder that cannot reach the store is told in time that its lock is lost", async () => {
    const name = fresh();
    const { manager, network } = machine({ ttlMs: 300 });
    const held = await hold(manager, name);
    network.fail({ action: "hang", times: Number.POSITIVE_INFINITY });
    const watcher = machine().locks;
    const stillThere = held.done.catch(async (error) => ({ error, seen: await watcher.inspect(name) }));
    expect(await stillThere).toMatchObject({ error: { ...abortError, cause: { reason: "expired" } } });
    held.release("too late");
    await expect(held.done).rejects.toMatchObject(abortError);
  });

  it("a waiter that dies is passed over", async () => {
    const name = fresh();
    const held = await hold(machine().manager, name);
    const dying = machine({ claimMs: 100 });
    const gone = ask(dying.manager, name);
    await dying.manager.query();
    const behind = ask(machine().manager, name);
    dying.network.fail({ action: "hang", times: Number.POSITIVE_INFINITY });
    held.release();
    (await behind.granted).release("next");
    expect(await behind.done).toBe("next");
    gone.done.catch(() => {});
    void gone.granted.then(
      ({ release }) => release(),
      () => {},
    );
  });

  it("a lock is renewed for as long as its callback runs", async () => {
    const name = fresh();
    const { manager, renewed } = clockwork();
    const held = await hold(manager, name);
    for (let i = 0; i < 4; i++) await renewed();
    expect(await isFree(machine().manager, name)).toBe(false);
    held.release("still mine");
    expect(await held.done).toBe("still mine");
  });

  it("a lock is lost after maxHoldMs", async () => {
    const name = fresh();
    const { manager, clock, renewed } = clockwork({ maxHoldMs: 40_000 });
    const held = await hold(manager, name);
    // The second renewal lasts to the end.
    for (let i = 0; i < 2; i++) await renewed();
    await clock.advance(2 * TURN_MS);
    await expect(held.done).rejects.toMatchObject({ ...abortError, cause: { reason: "max-hold" } });
    expect(await machine().manager.request(name, () => "next")).toBe("next");
  });

  it("fences grow from lock to lock", async () => {
    const name = fresh();
    const fences: number[] = [];
    for (const mode of ["exclusive", "shared", "shared", "exclusive"] as const)
      await machine().manager.request(name, { mode }, ({ fence }) => fences.push(fence));
    expect(fences).toEqual(fences.toSorted((a, b) => a - b));
    expect(new Set(fences).size).toBe(4);
    expect(fences.every(Number.isSafeInteger)).toBe(true);
  });

  it("every manager sees what all of them hold and wait for, and whose it is", async () => {
    const name = fresh();
    const [one, two] = [machine({ clientId: "tab 1" }).manager, machine().manager];
    const held = await hold(one, name, { mode: "shared" });
    const also = await hold(two, name, { mode: "shared" });
    const waiting = ask(one, name);
    await one.query();
    const snapshot = await machine().manager.query();
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(snapshot.pending).toEqual([{ name, mode: "exclusive", clientId: "tab 1" }]);
    expect(snapshot.held).toHaveLength(2);
    expect(snapshot.held).toContainEqual({ name, mode: "shared", clientId: "tab 1" });
    expect(snapshot.held).toContainEqual({ name, mode: "shared", clientId: expect.stringMatching(uuid) });
    for (const { release } of [held, also]) release();
    (await waiting.granted).release();
    await waiting.done;
  });

  it("a query finds what is held among all else that the database has", async () => {
    const name = fresh();
    const { manager, locks } = machine();
    const filler = "for i = 1, 2500 do redis.call('SET', KEYS[1] .. i, i, 'PX', 10000) end";
    await f.gateway.command("EVAL", filler, "1", `${namespace}-filler:`);
    const mutex = await locks.acquire(f.name());
    const held = await Promise.all([1, 2, 3].map((i) => hold(manager, `${name}-${i}`)));
    const names = (await machine().manager.query()).held.map(({ name }) => name).sort();
    expect(names).toEqual([1, 2, 3].map((i) => `${name}-${i}`));
    for (const { release } of held) release();
    await Promise.all([mutex.release(), ...held.map(({ done }) => done)]);
  });

  it("a request and locks.readWrite are the same lock", async () => {
    fresh();
    const { manager, locks } = machine();
    for (const [name, below] of [
      ["", "-"],
      ["both", "both"],
    ] as const) {
      const lease = await locks.readWrite(below).read.acquire();
      expect(await isFree(manager, name)).toBe(false);
      expect(await isFree(manager, name, "shared")).toBe(true);
      expect((await manager.query()).held).toEqual([{ name, mode: "shared", clientId: "" }]);
      await lease.release();
      const held = await hold(manager, name);
      expect(await locks.readWrite(below).read.tryAcquire()).toBeNull();
      held.release();
      await held.done;
    }
  });

  it("a name that is another kind of lock is refused", async () => {
    const name = fresh();
    const { manager, locks } = machine();
    const lease = await locks.acquire(name);
    await expect(manager.request(name, () => {})).rejects.toMatchObject({ code: "kind-mismatch" });
    expect(await manager.query()).toEqual({ held: [], pending: [] });
    await lease.release();
  });

  it("costs two requests, and two for one that waits", async () => {
    const name = fresh();
    const { manager, network } = machine();
    await manager.request(f.name(), () => {});
    network.clear();
    await manager.request(name, () => {});
    expect(network.requests).toHaveLength(2);

    const held = await hold(machine().manager, name);
    const waiting = [ask(manager, name), ask(manager, name)];
    await vi.waitFor(
      async () => expect((await look(machine().manager, name)).pending).toHaveLength(2),
      PATIENCE,
    );
    network.clear();
    held.release();
    for (const { granted, done } of waiting) {
      (await granted).release();
      await done;
    }
    expect(network.requests).toHaveLength(2);
  });
});

function fenceOf({ lock }: Held): number {
  return (lock as FencedLock).fence;
}
