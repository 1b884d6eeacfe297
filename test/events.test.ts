import type { LockEvent } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { emitter } from "../packages/core/src/events.ts";
import { about } from "./support/about.ts";
import { type Client, onEveryEngine } from "./support/fixture.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };

/** A duration of something that took no longer than from `since` until now. */
const within = (since: number) => ({
  asymmetricMatch: (ms: unknown) => typeof ms === "number" && ms >= 0 && ms <= performance.now() - since + 5,
});
const between = (least: number, most: number) => ({
  asymmetricMatch: (ms: unknown) => typeof ms === "number" && ms >= least && ms <= most,
});
const of = <T extends LockEvent["type"]>({ events }: Client, type: T) =>
  events.filter((event): event is Extract<LockEvent, { type: T }> => event.type === type);
const types = ({ events }: Client) => events.map(({ type }) => type);

onEveryEngine("events", (f) => {
  it("acquired and released tell who, for how long, and nothing else", async () => {
    const client = f.client();
    const name = f.name();
    const started = performance.now();
    const lease = await client.locks.acquire(name, { ttlMs: 5000 });
    await lease.release();

    const { fence } = lease;
    expect(client.events).toEqual([
      { type: "acquired", name, mode: "exclusive", fence, ttlMs: 5000, durationMs: within(started) },
      { type: "released", name, fence, outcome: "released", heldMs: within(started) },
    ]);
  });

  it("release() twice is one event", async () => {
    const client = f.client();
    const lease = await client.locks.acquire(f.name());
    await lease.release();
    await lease.release();
    expect(of(client, "released").length).toBe(1);
  });

  it("contended is told once per acquire, with the holder's times; waited tells how the wait ended", async () => {
    const name = f.name();
    const before = performance.now();
    const holder = await f.client().locks.acquire(name, { ttlMs: 5000 });
    const client = f.client();
    const started = performance.now();
    const waiting = client.locks.acquire(name, { ttlMs: 1000 });
    // Long enough for several looks.
    await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(started + 200));
    await holder.release();
    const lease = await waiting;

    expect(client.events).toEqual([
      { type: "contended", name, heldForMs: within(before), freeInMs: between(1, 5000) },
      { type: "waited", name, outcome: "granted", durationMs: within(started), requests: between(1, 100) },
      {
        type: "acquired",
        name,
        mode: "exclusive",
        fence: lease.fence,
        ttlMs: 1000,
        durationMs: within(started),
      },
    ]);
    expect(of(client, "acquired")[0]?.durationMs).toBeGreaterThan(150);
    await lease.release();
  });

  it("a tryAcquire that gets nothing tells contended, and no wait", async () => {
    const name = f.name();
    const holder = await f.client().locks.acquire(name);
    const client = f.client();
    await client.locks.tryAcquire(name);
    expect(types(client)).toEqual(["contended"]);
    await holder.release();
  });

  it("a wait ends as timeout, aborted or failed", async () => {
    const name = f.name();
    const holder = await f.client().locks.acquire(name);
    const ends: Record<string, (client: Client) => Promise<unknown>> = {
      timeout: ({ locks }) => locks.acquire(name, { waitMs: 50 }),
      aborted: ({ locks }) => locks.acquire(name, { signal: AbortSignal.timeout(50) }),
      failed: (client) => {
        // The first answer says that the name is held; after that the store does not take the token any more.
        const when = (_: unknown, index: number) => index > 0;
        client.network.fail({ action: "status", status: 401, times: Number.POSITIVE_INFINITY, when });
        return client.locks.acquire(name);
      },
    };
    for (const [outcome, wait] of Object.entries(ends)) {
      const client = f.client();
      const started = performance.now();
      await expect(wait(client)).rejects.toBeDefined();
      expect(of(client, "waited"), outcome).toEqual([
        { type: "waited", name, outcome, durationMs: within(started), requests: between(1, 100) },
      ]);
      expect(of(client, "acquired")).toEqual([]);
    }
    await holder.release();
  });

  it("extended tells what can be relied on from now", async () => {
    const client = f.client();
    const name = f.name();
    const lease = await client.locks.acquire(name, { ttlMs: 1000 });
    const started = performance.now();
    await lease.extend(9000);
    expect(of(client, "extended")).toEqual([
      {
        type: "extended",
        name,
        fence: lease.fence,
        remainingMs: between(8000, 9000),
        durationMs: within(started),
      },
    ]);
    await lease.release();
  });

  it("lost tells why, once, whatever comes after it", async () => {
    const endings: Record<string, (client: Client, name: string) => Promise<void>> = {
      expired: async ({ locks }, name) => {
        const lease = await locks.acquire(name, { ttlMs: 300 });
        await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
        expect(await lease.release()).toBe("expired");
      },
      taken: async ({ locks }, name) => {
        const lease = await locks.acquire(name);
        await f.client().locks.forceRelease(name);
        await expect(lease.extend()).rejects.toThrow();
        expect(await lease.release()).toBe("lost");
      },
      "max-hold": async ({ locks }, name) => {
        const lease = await locks.acquire(name, { ttlMs: 400, renew: { maxHoldMs: 500 } });
        await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
        expect(await lease.release()).toBe("expired");
      },
    };
    for (const [reason, end] of Object.entries(endings)) {
      const client = f.client();
      const name = f.name();
      const started = performance.now();
      await end(client, name);
      const [acquired] = of(client, "acquired");
      const heldMs = within(started);
      expect(of(client, "lost")).toEqual([{ type: "lost", name, fence: acquired?.fence, reason, heldMs }]);
      const outcome = reason === "taken" ? "lost" : "expired";
      expect(of(client, "released")).toEqual([
        { type: "released", name, fence: acquired?.fence, outcome, heldMs },
      ]);
    }
  });

  it("retried tells each further try, its reason and its pause; unknown tells that none was answered", async () => {
    const reasons = {
      network: { action: "drop-request" },
      timeout: { action: "hang" },
      status: { action: "status", status: 503 },
    } as const;
    for (const [reason, fault] of Object.entries(reasons)) {
      const client = f.client({ timeoutMs: 60 });
      const name = f.name();
      const started = performance.now();
      f.gateway.faults.inject({ ...fault, times: 4, when: about(name) });
      await expect(client.locks.tryAcquire(name)).rejects.toMatchObject({ code: "unavailable" });
      f.gateway.faults.clear();

      const retried = of(client, "retried").filter(({ during }) => during === "acquire");
      expect(retried).toEqual(
        [1, 2, 3].map((attempt) => ({
          type: "retried",
          names: [name],
          during: "acquire",
          attempt,
          delayMs: between(20, 400),
          reason,
        })),
      );
      expect(of(client, "unknown")).toEqual([
        { type: "unknown", name, during: "acquire", durationMs: within(started) },
      ]);
    }
  });

  it("unknown is told for extend and release too", async () => {
    const client = f.client({ timeoutMs: 60 });
    const name = f.name();
    const lease = await client.locks.acquire(name, { ttlMs: 5000 });
    f.gateway.faults.inject({ action: "drop-request", times: 8, when: about(name) });
    await expect(lease.extend()).rejects.toMatchObject({ code: "unavailable" });
    await expect(lease.release()).rejects.toMatchObject({ code: "unavailable" });
    expect(of(client, "unknown").map(({ during }) => during)).toEqual(["extend", "release"]);
    expect(of(client, "released")).toEqual([]);
  });

  it("a retry after which it works is told as retried, and not as unknown", async () => {
    const client = f.client();
    const name = f.name();
    f.gateway.faults.inject({ action: "drop-reply", when: about(name) });
    const lease = await client.locks.acquire(name);
    expect(types(client)).toEqual(["retried", "acquired"]);
    await lease.release();
  });

  it("a listener that throws changes nothing", async () => {
    const onEvent = vi.fn(() => {
      throw new Error("of the listener");
    });
    const { locks } = f.client({ onEvent });
    const name = f.name();
    const lease = await locks.acquire(name, { ttlMs: 900, renew: true });
    await vi.waitFor(() => expect(onEvent.mock.calls.length).toBeGreaterThan(3), PATIENCE);
    expect(await locks.tryAcquire(name)).toBeNull();
    expect(lease.signal.aborted).toBe(false);
    expect(await lease.release()).toBe("released");
  });

  it("a listener may use the locks", async () => {
    const name = f.name();
    const looks: Promise<unknown>[] = [];
    const client: Client = f.client({
      onEvent: ({ type }) => {
        if (type === "acquired") looks.push(client.locks.inspect(name));
      },
    });
    const lease = await client.locks.acquire(name);
    expect(await Promise.all(looks)).toMatchObject([{ held: true, lastFence: lease.fence }]);
    await lease.release();
  });
});

it("events: without a listener there is nobody to build an event for", () => {
  expect(emitter(undefined)).toBeUndefined();
});
