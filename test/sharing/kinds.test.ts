import type { Locks } from "@holdfast/core";
import { expect, it } from "vitest";
import { look, onEveryEngineAtOnce } from "../waiting/queue.ts";

type Use = (locks: Locks, name: string) => { tryAcquire(): Promise<unknown>; acquire(): Promise<unknown> };

const kinds: Record<string, Use> = {
  mutex: ({ acquire, tryAcquire }, name) => ({
    acquire: () => acquire(name),
    tryAcquire: () => tryAcquire(name),
  }),
  readwrite: (locks, name) => locks.readWrite(name).write,
  semaphore: (locks, name) => locks.semaphore(name, { permits: 1 }),
};
const pairs = Object.keys(kinds).flatMap((used) =>
  Object.keys(kinds)
    .filter((other) => other !== used)
    .map((other) => [used, other] as const),
);

onEveryEngineAtOnce("P11 one name, one kind", (fixture) => {
  it.each(pairs)("P11 a %s cannot be used as a %s, and is not harmed by the try", async (used, other) => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const [lock, wrong] = [kinds[used]?.(locks, name), kinds[other]?.(locks, name)];
    await lock?.acquire();
    const before = await look(fixture, name);
    await expect(wrong?.tryAcquire()).rejects.toMatchObject({ code: "kind-mismatch" });
    await expect(wrong?.acquire()).rejects.toMatchObject({ code: "kind-mismatch" });
    const after = await look(fixture, name);
    expect([after.kind, after.used, after.waiting, after.lastFence]).toEqual([
      used,
      before.used,
      0,
      before.lastFence,
    ]);
  });

  it("P11 acquireAll takes names of mutexes only, and takes none if one is something else", async () => {
    const names = [fixture.name(), fixture.name()];
    const { locks } = fixture.client();
    await locks.semaphore(names[1] as string, { permits: 2 }).acquire();
    await expect(locks.acquireAll(names)).rejects.toMatchObject({ code: "kind-mismatch" });
    expect((await look(fixture, names[0] as string)).held).toBe(false);
  });

  it.each(Object.keys(kinds))(
    "P11 looking at, listing or forcing an unused name does not keep it from being a %s",
    async (kind) => {
      const name = fixture.name();
      const { locks } = fixture.client();
      expect(await locks.forceRelease(name)).toBe(false);
      expect(await locks.inspect(name)).toMatchObject({ kind: undefined, held: false, lastFence: 0 });
      await locks.list({ prefix: name });
      expect(await kinds[kind]?.(locks, name).tryAcquire()).not.toBeNull();
      expect((await look(fixture, name)).kind).toBe(kind);
    },
  );

  it("P12 bad permits, weights and lists of names are refused before any request", async () => {
    const { locks, network } = await fixture.warmClient();
    const bad = { code: "invalid-argument" };
    const name = fixture.name();
    for (const permits of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001, "2", undefined, null])
      expect(() => locks.semaphore(name, { permits: permits as number })).toThrow(
        expect.objectContaining(bad),
      );
    const semaphore = locks.semaphore(name, { permits: 3 });
    for (const weight of [0, -1, 1.5, 4, Number.NaN, "1", null])
      for (const verb of ["acquire", "tryAcquire"] as const)
        await expect(semaphore[verb]({ weight: weight as number })).rejects.toMatchObject(bad);
    for (const permits of [0, 1.5, 1_000_001])
      await expect(semaphore.resize(permits)).rejects.toMatchObject(bad);
    const many = (count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);
    for (const names of [[], many(101), many(200), [""], ["x".repeat(513)], [1], "name", null, undefined, {}])
      await expect(locks.acquireAll(names as string[])).rejects.toMatchObject(bad);
    await expect(locks.acquire(name, { weight: 1 } as never)).rejects.toMatchObject(bad);
    await expect(locks.readWrite(name).read.acquire({ weight: 1 } as never)).rejects.toMatchObject(bad);
    expect(network.requests).toHaveLength(0);
  });
});
