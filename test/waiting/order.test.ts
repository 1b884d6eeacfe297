import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Client } from "../support/fixture.ts";
import { enqueue, eventually, grantedAt, look, onEveryWay } from "./queue.ts";

onEveryWay("P6 first come, first served", (fixture, client) => {
  it("P6 eight waiters of four clients get the lock in the order in which they came", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const clients = Array.from({ length: 4 }, () => client());
    const served: number[] = [];
    const fences: number[] = [];
    const waits = Array.from({ length: 8 }, (_, i) => async () => {
      const lease = await clients[i % 4]?.locks.acquire(name, { waitMs: 20_000 });
      served.push(i);
      fences.push(lease?.fence ?? 0);
      await lease?.release();
    });
    const waiting = await enqueue(fixture, name, waits);
    await holder.release();
    await Promise.all(waiting);
    expect(served).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(fences).toEqual([...fences].sort((a, b) => a - b));
  });

  it("P6 the place counts from the first request, however long the stream takes to open", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const slow: typeof fetch = async (input, init) => {
      if (String(input).includes("/subscribe/")) await sleep(300);
      return fetch(input, init);
    };
    const served: string[] = [];
    const wait =
      (who: string, { locks }: Client) =>
      async () => {
        const lease = await locks.acquire(name, { waitMs: 20_000 });
        served.push(who);
        await lease.release();
      };
    const waiting = await enqueue(fixture, name, [
      wait("slow", client({ fetch: slow })),
      wait("quick", client()),
    ]);
    await holder.release();
    await Promise.all(waiting);
    expect(served).toEqual(["slow", "quick"]);
  });

  it("P6 a crowd that arrives at once is served in the order of its tickets", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const served: unknown[] = [];
    const waiting = Array.from({ length: 12 }, async (_, i) => {
      const lease = await client().locks.acquire(name, { waitMs: 20_000, metadata: i });
      served.push(i);
      await lease.release();
    });
    await eventually(
      async () => (await look(fixture, name)).waiting,
      (seen) => seen.toBe(12),
    );
    const { waiters } = await look(fixture, name);
    await holder.release();
    await Promise.all(waiting);
    expect(served).toEqual(waiters.map(({ metadata }) => metadata));
  });

  it("P6 a waiter keeps its place though it looks again and again, and though others leave", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const leaving = new AbortController();
    const wait = (metadata: string, signal?: AbortSignal) => () =>
      client().locks.acquire(name, { metadata, ...(signal && { signal }) });
    const [first, , third] = await enqueue(fixture, name, [
      wait("first"),
      wait("second", leaving.signal),
      wait("third"),
    ]);
    leaving.abort();
    await eventually(
      async () => (await look(fixture, name)).waiters.map(({ metadata }) => metadata),
      (seen) => seen.toEqual(["first", "third"]),
    );
    await holder.release();
    const firstLease = await first;
    await firstLease?.release();
    const thirdLease = await third;
    expect(grantedAt(thirdLease as never)).toBeGreaterThan(grantedAt(firstLease as never));
  });
});
