import { createLocks, type LockLostError, restStore } from "@holdfast/core";
import type { Fault } from "@holdfast/gateway";
import { expect, it, vi } from "vitest";
import { about } from "../support/about.ts";
import { type Client, onEveryEngine, TOKEN } from "../support/fixture.ts";
import { keysOf } from "../support/keys.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };

const extensions = ({ events }: Client) => events.filter((event) => event.type === "extended");

onEveryEngine("P8 renewal under faults", (f) => {
  const mishaps: Record<string, Fault> = {
    "a lost reply": { action: "drop-reply" },
    "a reset connection": { action: "drop-request" },
    "a request that times out": { action: "hang" },
    "a request that times out after it was executed": { action: "hang", afterExecuting: true },
    "a server error": { action: "status", status: 503 },
    "an empty script cache": { action: "flush-scripts" },
  };
  for (const [mishap, fault] of Object.entries(mishaps))
    it(`survives ${mishap}`, async () => {
      const client = f.client({ timeoutMs: 300 });
      const lease = await client.locks.acquire(f.name(), { ttlMs: 1500, renew: true });
      const hits = f.gateway.faults.injected;
      f.gateway.faults.inject({ ...fault, when: about(lease.name) });

      await vi.waitFor(() => expect(f.gateway.faults.injected).toBe(hits + 1), PATIENCE);
      const after = extensions(client).length;
      await vi.waitFor(() => expect(extensions(client).length).toBeGreaterThanOrEqual(after + 2), PATIENCE);

      expect(lease.signal.aborted).toBe(false);
      expect(await lease.release()).toBe("released");
    });

  it("survives a renewal that failed in all its tries, if there is time for another", async () => {
    const store = restStore({ url: f.gateway.url, token: TOKEN, timeoutMs: 200, retry: { retries: 0 } });
    let unknown = 0;
    let extended = 0;
    const locks = createLocks({
      store,
      onEvent: ({ type }) => {
        if (type === "unknown") unknown++;
        if (type === "extended") extended++;
      },
    });
    const lease = await locks.acquire(f.name(), { ttlMs: 2400, renew: true });
    f.gateway.faults.inject({ action: "drop-request", when: about(lease.name) });

    await vi.waitFor(() => expect(extended).toBeGreaterThan(0), PATIENCE);
    expect(unknown).toBe(1);
    expect(lease.signal.aborted).toBe(false);
    await lease.release();
  });

  it("stops at maxHoldMs even if the last renewal is answered only on its second try", async () => {
    const maxHoldMs = 3000;
    const client = f.client({ timeoutMs: 1000 });
    const lease = await client.locks.acquire(f.name(), { ttlMs: 2400, renew: { maxHoldMs } });
    const grantedAt = performance.now();
    const hits = f.gateway.faults.injected;
    // Loses the first try of the renewal that reaches to the end of the hold; the second leaves 800 ms later.
    f.gateway.faults.inject({ action: "hang", when: () => performance.now() - grantedAt > 700 });

    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);

    expect(f.gateway.faults.injected).toBe(hits + 1);
    expect(performance.now() - grantedAt).toBeLessThanOrEqual(maxHoldMs + 100);
    expect((lease.signal.reason as LockLostError).reason).toBe("max-hold");
  });

  it("does not let one spoilt name take down the leases that are renewed with it", async () => {
    const client = f.client({ timeoutMs: 300 });
    const take = () => client.locks.acquire(f.name(), { ttlMs: 1200, renew: true });
    const neighbours = [await take(), await take()];
    client.network.clear();
    const spoilt = await take();
    const [key = ""] = client.network.requests.flatMap(keysOf);
    await f.gateway.command("DEL", key);
    await f.gateway.command("RPUSH", key, "not", "a", "lock");

    await vi.waitFor(() => expect(spoilt.signal.aborted).toBe(true), PATIENCE);
    const since = extensions(client).length;
    await vi.waitFor(() => {
      const renewed = new Set(
        extensions(client)
          .slice(since)
          .map(({ name }) => name),
      );
      expect([...renewed].sort()).toEqual(neighbours.map(({ name }) => name).sort());
    }, 3000);

    expect(neighbours.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    await Promise.all(neighbours.map((lease) => lease.release()));
  });
});
