import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import { enqueue, eventually, look, onEveryEngineAtOnce, wakeUpAddress } from "../waiting/queue.ts";

onEveryEngineAtOnce("inspect", (fixture) => {
  it("shows kind, capacity, holders and waiters with what they said of themselves", async () => {
    const name = fixture.name();
    const semaphore = () => fixture.client().locks.semaphore(name, { permits: 3 });
    const before = Date.now();
    const heavy = await semaphore().acquire({ weight: 2, metadata: { who: "heavy" }, ttlMs: 20_000 });
    const light = await semaphore().acquire({ metadata: "light", ttlMs: 40_000 });
    const caller = new AbortController();
    const wait = (weight: number, metadata: number) => () =>
      semaphore().acquire({ weight, metadata, signal: caller.signal });
    await enqueue(fixture, name, [wait(3, 1), wait(1, 2), wait(2, 3)]);
    const seen = await look(fixture, name);
    expect(seen).toMatchObject({
      name,
      kind: "semaphore",
      held: true,
      capacity: 3,
      used: 3,
      waiting: 3,
      lastFence: light.fence,
      holders: [
        { fence: heavy.fence, weight: 2, mode: "shared", metadata: { who: "heavy" } },
        { fence: light.fence, weight: 1, mode: "shared", metadata: "light" },
      ],
      waiters: [
        { position: 1, weight: 3, mode: "shared", metadata: 1 },
        { position: 2, weight: 1, mode: "shared", metadata: 2 },
        { position: 3, weight: 2, mode: "shared", metadata: 3 },
      ],
    });
    for (const { since } of [...seen.holders, ...seen.waiters]) {
      expect(since).toBeGreaterThanOrEqual(before - 100);
      expect(since).toBeLessThanOrEqual(Date.now() + 100);
    }
    const [first, second] = seen.holders;
    expect((first?.expiresAt ?? 0) - (first?.since ?? 0)).toBeGreaterThan(19_990);
    expect((second?.expiresAt ?? 0) - (first?.expiresAt ?? 0)).toBeGreaterThan(19_000);
    expect(first?.hash).toMatch(/^[0-9a-f]{40}$/);
    expect(first?.hash).not.toBe(second?.hash);
    expect(new Set(seen.waiters.map(({ hash }) => hash)).size).toBe(3);
    // One waiter can be followed through the queue, up to its lease.
    await Promise.all([heavy.release(), light.release()]);
    const [next] = (await look(fixture, name)).holders;
    expect(next?.hash).toBe(seen.waiters[0]?.hash);
    caller.abort();
  });

  it.each(["mutex", "readwrite"])(
    "shows a %s: who has it exclusively, and who waits to share it",
    async (kind) => {
      const name = fixture.name();
      const { locks } = fixture.client();
      const lock = kind === "mutex" ? { acquire: () => locks.acquire(name) } : locks.readWrite(name).write;
      const lease = (await lock.acquire()) as Lease;
      expect(await look(fixture, name)).toMatchObject({
        kind,
        held: true,
        holders: [{ mode: "exclusive", fence: lease.fence }],
        waiters: [],
        waiting: 0,
      });
      await lease.release();
      expect(await look(fixture, name)).toMatchObject({
        kind,
        held: false,
        used: 0,
        holders: [],
        lastFence: lease.fence,
      });
    },
  );

  it("shows what is true now: an expired lease is not held and takes up nothing", async () => {
    for (const acquire of [
      (name: string) => fixture.client().locks.acquire(name, { ttlMs: 500 }),
      (name: string) => fixture.client().locks.semaphore(name, { permits: 2 }).acquire({ ttlMs: 500 }),
    ]) {
      const name = fixture.name();
      const lease = await acquire(name);
      await eventually(
        () => lease.signal.aborted,
        (seen) => seen.toBe(true),
      );
      await eventually(
        async () => (await look(fixture, name)).held,
        (seen) => seen.toBe(false),
      );
      expect(await look(fixture, name)).toMatchObject({ used: 0, holders: [], lastFence: lease.fence });
    }
  });

  it("shows the first hundred and counts all", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const permits = { permits: 120 };
    await Promise.all(Array.from({ length: 120 }, () => locks.semaphore(name, permits).acquire()));
    const caller = new AbortController();
    const waits = Array.from({ length: 110 }, () =>
      locks.semaphore(name, permits).acquire({ signal: caller.signal }),
    );
    const settled = Promise.allSettled(waits);
    await eventually(
      async () => (await look(fixture, name)).waiting,
      (seen) => seen.toBe(110),
    );
    const seen = await look(fixture, name);
    expect(seen.used).toBe(120);
    expect(seen.holders).toHaveLength(100);
    expect(seen.waiters.map(({ position }) => position)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
    caller.abort();
    await settled;
  });

  it("P10 contains no secret: no owner, attempt, channel or nonce", async () => {
    const name = fixture.name();
    const attemptId = "attempt-that-is-a-secret";
    const lease = await fixture.client().locks.acquire(name, { attemptId });
    const waiter = fixture.client();
    const caller = new AbortController();
    await enqueue(fixture, name, [
      () => waiter.locks.acquire(name, { signal: caller.signal, attemptId: "waiter-that-is-a-secret" }),
    ]);
    const { locks } = fixture.client();
    const shown = JSON.stringify([await locks.inspect(name), await locks.list({ prefix: name })]);
    const { channel, nonce } = wakeUpAddress(waiter.network);
    for (const secret of [lease.owner, attemptId, "waiter-that-is-a-secret", channel, nonce])
      expect(shown).not.toContain(secret);
    caller.abort();
  });
});
