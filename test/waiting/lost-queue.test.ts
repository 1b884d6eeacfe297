import type { Lease } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { enqueue, look, onEveryWayInTurn, PATIENCE } from "./queue.ts";

onEveryWayInTurn("a queue that the server forgets", (fixture, client) => {
  const crowd = async (name: string, holderTtlMs: number) => {
    const holder = await client().locks.acquire(name, { ttlMs: holderTtlMs });
    const wait = () => client().locks.acquire(name, { claimMs: 400, waitMs: 9000 });
    const waiting = await enqueue(fixture, name, [wait, wait, wait]);
    return { holder, waiting };
  };
  const serveAll = async (waiting: readonly Promise<Lease>[]) => {
    const fences: number[] = [];
    await Promise.all(
      waiting.map(async (one) => {
        const lease = await one;
        fences.push(lease.fence);
        await lease.release();
      }),
    );
    expect(fences).toEqual([...fences].sort((a, b) => a - b));
    expect(new Set(fences).size).toBe(waiting.length);
    return fences;
  };

  it("after FLUSHALL all waiters are served, with greater fences", async () => {
    const { holder, waiting } = await crowd(fixture.name(), 800);
    await fixture.gateway.command("FLUSHALL");
    expect(Math.min(...(await serveAll(waiting)))).toBeGreaterThan(holder.fence);
    expect(await holder.release()).not.toBe("released");
  });

  it("after a restart of an engine that kept nothing all waiters are served", async () => {
    const { holder, waiting } = await crowd(fixture.name(), 800);
    await fixture.restartEngine();
    expect(Math.min(...(await serveAll(waiting)))).toBeGreaterThan(holder.fence);
  });

  it("SCRIPT FLUSH while waiting is not noticed", async () => {
    const name = fixture.name();
    const { holder, waiting } = await crowd(name, 30_000);
    await fixture.gateway.command("SCRIPT", "FLUSH");
    await holder.release();
    await serveAll(waiting);
    await vi.waitFor(
      async () => expect(await look(fixture, name)).toMatchObject({ held: false, waiting: 0 }),
      PATIENCE,
    );
  });
});
