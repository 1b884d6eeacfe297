import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import { endsAt, enqueue, grantedAt, look, mortal, onEveryWay, scriptRequests } from "./queue.ts";

const TTL_MS = 700;

onEveryWay("a holder that dies", (fixture, client) => {
  it("is followed at its expiry, and not before, by a look of whoever is first", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name, { ttlMs: TTL_MS });
    const [first, second] = await enqueue(fixture, name, [
      () => client().locks.acquire(name),
      () => client().locks.acquire(name),
    ]);
    const next = (await first) as Lease;
    const late = grantedAt(next) - grantedAt(holder) - TTL_MS;
    expect(late).toBeGreaterThanOrEqual(-1);
    expect(late).toBeLessThan(600);
    await next.release();
    await (await second)?.release();
  });

  it("is followed one after the other when several die", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name, { ttlMs: TTL_MS });
    const [first, second] = await enqueue(fixture, name, [
      () => client().locks.acquire(name, { ttlMs: TTL_MS, claimMs: 200 }),
      () => client().locks.acquire(name),
    ]);
    const [a, b] = [(await first) as Lease, (await second) as Lease];
    expect(grantedAt(a) - grantedAt(holder)).toBeLessThan(TTL_MS + 600);
    // The first of them was confirmed, and lasted its TTL from then on.
    expect(grantedAt(b) - grantedAt(a)).toBeGreaterThanOrEqual(TTL_MS - 1);
    expect(grantedAt(b) - grantedAt(a)).toBeLessThan(TTL_MS + 600);
  });

  it("keeps the queue waiting while it renews, and not after", async () => {
    const name = fixture.name();
    const { fetch, die } = mortal();
    const holder = await client({ fetch }).locks.acquire(name, { ttlMs: TTL_MS, renew: true });
    const waiter = client();
    const [waiting] = await enqueue(fixture, name, [() => waiter.locks.acquire(name)]);
    await sleep(3 * TTL_MS);
    expect((await look(fixture, name)).holders).toMatchObject([{ fence: holder.fence }]);
    expect(scriptRequests(waiter.network).length).toBeLessThan(40);
    const end = await endsAt(fixture, name);
    die();
    const lease = (await waiting) as Lease;
    expect(grantedAt(lease)).toBeGreaterThanOrEqual(end - 1);
    expect(grantedAt(lease)).toBeLessThan(end + TTL_MS + 700);
  });
});
