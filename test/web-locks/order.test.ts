import { type RetryPolicy, restStore } from "@holdfast/core";
import { type FaultyFetch, faultyFetch } from "@holdfast/testing";
import { createLockManager, type Lock as FencedLock } from "@holdfast/web-locks";
import { expect, it, vi } from "vitest";
import { type Fixture, onEveryEngine, TOKEN } from "../support/fixture.ts";
import { type Gate, gate } from "../support/gate.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { PATIENCE } from "../waiting/queue.ts";
import { ask, hold, isFree, look } from "./cases/subject.ts";

// What one manager is asked in order takes effect in order, although requests that travel at the same time overtake
// each other. Here the network keeps one of them back, for long enough that the next would be there first.

expectNoUnhandledRejection();

const LATE_MS = 150;

onEveryEngine("the lock task queue", (f) => {
  it("two requests of a name queue in the order of the calls", async () => {
    const { manager, network } = await warm(f);
    const name = f.name();
    const order: string[] = [];
    network.fail({ action: "delay-request", delayMs: LATE_MS });
    const requests = ["first", "second"].map((which) => manager.request(name, () => order.push(which)));
    await Promise.all(requests);
    expect(order).toEqual(["first", "second"]);
  });

  it("two requests of different names are granted in the order of the calls", async () => {
    const { manager, network } = await warm(f);
    const order: string[] = [];
    network.fail({ action: "delay-request", delayMs: LATE_MS });
    const requests = ["first", "second"].map((which) => manager.request(f.name(), () => order.push(which)));
    await Promise.all(requests);
    expect(order).toEqual(["first", "second"]);
  });

  it("a release comes before the request that follows it", async () => {
    const { manager, network } = await warm(f);
    const name = f.name();
    const held = await hold(manager, name);
    network.fail({ action: "delay-request", delayMs: LATE_MS });
    held.release();
    await held.until;
    expect(await isFree(manager, name)).toBe(true);
  });

  it("a query comes after the release, and shows who is next", async () => {
    const { manager, network } = await warm(f);
    const name = f.name();
    const held = await hold(manager, name);
    const next = ask(manager, name, { mode: "shared" });
    await manager.query();
    network.fail({ action: "delay-request", delayMs: LATE_MS });
    held.release();
    await held.until;
    expect(await look(manager, name)).toEqual({ held: ["shared"], pending: [] });
    (await next.granted).release();
    await next.done;
  });

  it("an aborted request rejects at once, and is out of the queue before anything else is looked at", async () => {
    const { manager, network } = await warm(f);
    const name = f.name();
    const held = await hold(manager, name);
    const stop = new AbortController();
    const waiting = ask(manager, name, { signal: stop.signal });
    await manager.query();
    const settled: string[] = [];
    waiting.done.catch(() => settled.push("aborted"));
    network.fail({ action: "delay-request", delayMs: LATE_MS });
    stop.abort();
    const seen = look(manager, name).finally(() => settled.push("looked"));
    expect(await seen).toEqual({ held: ["exclusive"], pending: [] });
    expect(settled).toEqual(["aborted", "looked"]);
    held.release();
    await held.done;
  });

  it("a request that is aborted on its way leaves nothing behind", async () => {
    for (const action of ["delay-request", "delay-reply"] as const) {
      const { manager, network } = await warm(f);
      const name = f.name();
      const held = await hold(manager, name);
      const stop = new AbortController();
      network.fail({ action, delayMs: LATE_MS });
      const waiting = ask(manager, name, { signal: stop.signal });
      await vi.waitFor(() => expect(network.requests.at(-1)?.faults).toEqual([action]), { interval: 1 });
      stop.abort("changed my mind");
      await expect(waiting.done).rejects.toBe("changed my mind");
      expect(await look(manager, name)).toEqual({ held: ["exclusive"], pending: [] });
      held.release();
      await held.done;
      expect(await isFree(manager, name)).toBe(true);
      expect(waiting.called()).toBe(false);
    }
  });

  it("a lock that is granted on its way to an aborted request is given back", async () => {
    const { manager, network } = await warm(f);
    const name = f.name();
    const stop = new AbortController();
    network.fail({ action: "delay-reply", delayMs: LATE_MS });
    const granted = ask(manager, name, { signal: stop.signal });
    await vi.waitFor(() => expect(network.requests).toHaveLength(1), { interval: 1 });
    stop.abort();
    await expect(granted.done).rejects.toThrow();
    expect(await isFree(manager, name)).toBe(true);
    expect(granted.called()).toBe(false);
  });

  it("a request that is aborted before it could be sent is never sent", async () => {
    const { manager, network } = await warm(f);
    const stop = new AbortController();
    const first = ask(manager, f.name());
    const second = ask(manager, f.name(), { signal: stop.signal });
    stop.abort();
    (await first.granted).release();
    await first.done;
    await expect(second.done).rejects.toThrow();
    expect(network.requests).toHaveLength(2);
  });

  it("a wait holds up nobody", async () => {
    const { manager } = await warm(f);
    const name = f.name();
    const held = await hold(manager, name);
    const waiting = ask(manager, name);
    expect(await manager.request(f.name(), () => "meanwhile")).toBe("meanwhile");
    expect(waiting.called()).toBe(false);
    held.release();
    (await waiting.granted).release();
    await waiting.done;
  });

  it("a lock that was stolen before its grant was heard of is lost from the beginning", async () => {
    const stream = heldStream();
    const { manager } = await warm(f, {}, stream.fetch);
    const name = f.name();
    const held = await hold(manager, name);
    const lost: boolean[] = [];
    const next = manager.request(name, (lock) => lost.push((lock as FencedLock).signal.aborted));
    next.catch(() => {});
    await manager.query();
    const told = stream.keepBack();
    held.release();
    await held.until;
    const thief = await hold(manager, name, { steal: true });
    told.open();
    await expect(next).rejects.toMatchObject({ name: "AbortError" });
    await vi.waitFor(() => expect(lost).toEqual([true]), PATIENCE);
    thief.release("kept");
    expect(await thief.done).toBe("kept");
  });

  it("a lost reply costs a retry, and no second place", async () => {
    const { manager, network } = await warm(f);
    const name = f.name();
    const held = await hold(manager, name);
    network.fail({ action: "drop-reply" });
    const waiting = ask(manager, name);
    expect((await look(manager, name)).pending).toEqual(["exclusive"]);
    held.release();
    (await waiting.granted).release();
    await waiting.done;
    expect(await look(manager, name)).toEqual({ held: [], pending: [] });
  });

  it("a store that does not answer fails what was asked of it, and what comes after goes on", async () => {
    const { manager, network } = await warm(f, { retries: 0 });
    network.fail({ action: "drop-request", times: Number.POSITIVE_INFINITY });
    const outcomes = await Promise.allSettled([
      manager.request(f.name(), () => {}),
      manager.request(f.name(), { ifAvailable: true }, () => {}),
      manager.request(f.name(), { steal: true }, () => {}),
      manager.query(),
    ]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: "unavailable" } });
    network.clear();
    expect(await manager.request(f.name(), () => "again")).toBe("again");
  });

  it("a release that gets no answer does not change what the callback gave", async () => {
    const { manager, network } = await warm(f, { retries: 0 });
    const name = f.name();
    const held = await hold(manager, name);
    network.fail({ action: "drop-request" });
    held.release("the result");
    expect(await held.done).toBe("the result");
    // It goes on in the background.
    expect(await manager.request(name, () => "free")).toBe("free");
  });
});

/** A manager whose client knows the scripts and has its stream open, so that what it sends next is one request each. */
async function warm(
  f: Fixture,
  retry: RetryPolicy = {},
  fetch?: typeof globalThis.fetch,
): Promise<{ manager: LockManager; network: FaultyFetch }> {
  const network = faultyFetch(fetch);
  const store = restStore({ url: f.gateway.url, token: TOKEN, fetch: network.fetch, retry });
  const manager = createLockManager(f.client({ store, namespace: f.name() }).locks);
  const name = f.name();
  const held = await hold(manager, name);
  const waiting = ask(manager, name);
  await manager.query();
  held.release();
  (await waiting.granted).release();
  await waiting.done;
  network.clear();
  return { manager, network };
}

/** A stream that can be kept back, and goes on when it is opened. */
function heldStream(): { fetch: typeof fetch; keepBack(): Gate } {
  let back: Gate | undefined;
  return {
    keepBack() {
      back = gate();
      return back;
    },
    async fetch(input, init) {
      const response = await fetch(input, init);
      if (!new URL(String(input)).pathname.startsWith("/subscribe/") || !response.body) return response;
      const held = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        async transform(chunk, controller) {
          await back?.opened;
          controller.enqueue(chunk);
        },
      });
      const { status, headers } = response;
      return new Response(response.body.pipeThrough(held), { status, headers });
    },
  };
}
