import type { Locks } from "@holdfast/core";
import type { FetchFault } from "@holdfast/testing";
import { expect, it } from "vitest";
import { about } from "../support/about.ts";
import { onEveryEngine } from "../support/fixture.ts";
import { serverView } from "../support/server-view.ts";

const TTL_MS = 6000;

type Call = () => Promise<unknown>;

/** Each verb, readied before the network fails: what it asks, and what must come of it. */
const verbs: Record<string, (locks: Locks, name: string) => Promise<[call: Call, outcome: unknown]>> = {
  acquire: async (locks, name) => [async () => (await locks.acquire(name, { ttlMs: TTL_MS })).name, name],
  tryAcquire: async (locks, name) => [
    async () => (await locks.tryAcquire(name, { ttlMs: TTL_MS }))?.name,
    name,
  ],
  extend: async (locks, name) => {
    const lease = await locks.acquire(name, { ttlMs: TTL_MS });
    return [async () => (await lease.extend(60_000)) > 50_000, true];
  },
  release: async (locks, name) => {
    const lease = await locks.acquire(name, { ttlMs: TTL_MS });
    return [() => lease.release(), "released"];
  },
  inspect: async (locks, name) => {
    const lease = await locks.acquire(name, { ttlMs: TTL_MS });
    return [async () => (await locks.inspect(name)).lastFence, lease.fence];
  },
  forceRelease: async (locks, name) => {
    await locks.acquire(name, { ttlMs: TTL_MS });
    return [() => locks.forceRelease(name), true];
  },
};

const troubles: Record<string, FetchFault & { reason: string }> = {
  "its request was lost": { action: "drop-request", reason: "network" },
  "its reply was lost": { action: "drop-reply", reason: "network" },
  "no answer came in time": { action: "hang", reason: "timeout" },
  "no answer came to what was executed": { action: "hang", afterExecuting: true, reason: "timeout" },
  "a 503": { action: "status", status: 503, reason: "status" },
  "a 502 to what was executed": { action: "status", status: 502, afterExecuting: true, reason: "status" },
  "a 429": { action: "status", status: 429, reason: "status" },
};

onEveryEngine("P3 once: retries", (fixture) => {
  const cases = Object.keys(verbs).flatMap((verb) =>
    Object.keys(troubles).map((trouble) => ({ verb, trouble })),
  );

  it.each(cases)("P3 $verb is sent again as it was after $trouble", async ({ verb, trouble }) => {
    const name = fixture.name();
    const { locks, events, network } = await fixture.warmClient({ timeoutMs: 300 });
    const [call, outcome] = (await verbs[verb]?.(locks, name)) ?? [];
    const { reason, ...fault } = troubles[trouble] as FetchFault & { reason: string };
    network.clear();
    network.fail(fault);
    expect(await call?.()).toEqual(outcome);

    const [first, second, ...more] = network.requests;
    expect(second?.body).toBe(first?.body);
    expect(more).toEqual([]);
    const retried = events.filter(({ type }) => type === "retried");
    expect(retried).toMatchObject([{ names: [name], attempt: 1, reason }]);
  });

  it("P3 Retry-After is kept", async () => {
    const { locks, events, network } = await fixture.warmClient();
    network.fail({ action: "status", status: 429, headers: { "retry-after": "1" } });
    const lease = await locks.acquire(fixture.name());
    expect(events).toMatchObject([{ type: "retried", delayMs: 1000 }, { type: "acquired" }]);
    const [first, second] = network.requests;
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThan(990);
    expect(lease.remainingMs()).toBeGreaterThan(0);
  });

  it("P3 the gateway's own faults are survived alike", async () => {
    const name = fixture.name();
    const { locks } = await fixture.warmClient({ timeoutMs: 500 });
    const { faults } = fixture.gateway;
    const when = about(name);
    faults.inject({ action: "drop-reply", when });
    faults.inject({ action: "duplicate", when });
    const lease = await locks.acquire(name, { ttlMs: TTL_MS });
    faults.inject({ action: "status", status: 503, headers: { "retry-after": "0" }, when });
    await lease.extend(60_000);
    faults.inject({ action: "hang", afterExecuting: true, when });
    expect(await lease.release()).toBe("released");
    expect(await serverView(fixture, name)).toMatchObject({ held: false, fence: lease.fence });
    expect(faults.injected).toBeGreaterThanOrEqual(4);
  });
});
