import type { Lease, Locks, Store } from "@holdfast/core";
import { expect, it } from "vitest";
import type { ContractClients } from "./clients.ts";

/** A network that executes everything twice and brings the second answer. */
function repeating(store: Store): Store {
  return {
    ...store,
    run: async (...args) => {
      await store.run(...args);
      return store.run(...args);
    },
  };
}

type Acquire = (locks: Locks, lock: string) => Promise<Lease>;

const acquires: Record<string, Acquire> = {
  mutex: (locks, lock) => locks.acquire(lock),
  reader: (locks, lock) => locks.readWrite(lock).read.acquire(),
  writer: (locks, lock) => locks.readWrite(lock).write.acquire(),
  permit: (locks, lock) => locks.semaphore(lock, { permits: 3 }).acquire({ weight: 2 }),
  "set of names": (locks, lock) => locks.acquireAll([lock, `${lock}-2`]),
};

export function repeatedContract({ enqueue, locks, name, store }: ContractClients): void {
  it.each(Object.keys(acquires))("P3 a %s: every request twice is every request once", async (kind) => {
    const acquire = acquires[kind] as Acquire;
    const [mine, watch] = [await locks({ store: repeating(await store()) }), await locks()];
    const lock = name();
    const fences: number[] = [];
    for (let round = 0; round < 2; round++) {
      const lease = await acquire(mine, lock);
      fences.push(lease.fence);
      expect((await watch.inspect(lock)).holders).toHaveLength(1);
      expect(await lease.extend(20_000)).toBeGreaterThan(15_000);
      expect(await lease.release()).toBe("released");
      expect(await watch.inspect(lock)).toMatchObject({ held: false, used: 0, waiting: 0 });
    }
    expect(fences[1]).toBeGreaterThan(fences[0] as number);
  });

  it.each(Object.keys(acquires))("P3 a %s that was waited for: one place, one grant", async (kind) => {
    const acquire = acquires[kind] as Acquire;
    const [holding, mine, watch] = [
      await locks(),
      await locks({ store: repeating(await store()) }),
      await locks(),
    ];
    const lock = name();
    const holder = await { reader: acquires.writer ?? acquire }[kind as "reader"]?.(holding, lock);
    const held = holder ?? (await acquire(holding, lock));
    const [waiting] = await enqueue(lock, () => acquire(mine, lock));
    await held.release();
    const lease = (await waiting) as Lease;
    expect(lease.fence).toBeGreaterThan(held.fence);
    expect(await lease.release()).toBe("released");
    expect(await watch.inspect(lock)).toMatchObject({ held: false, used: 0, waiting: 0 });
  });
}
