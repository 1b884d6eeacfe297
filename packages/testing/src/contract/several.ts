import { expect, it } from "vitest";
import type { ContractClients } from "./clients.ts";

export function severalContract({ locks, name, untilWaiting }: ContractClients): void {
  it("takes all or none, and a name given twice once", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const [a, b, c] = [name(), name(), name()];
    const holder = await theirs.acquire(c);
    await expect(ours.acquireAll([a, b, c], { waitMs: 0 })).rejects.toMatchObject({ code: "timeout" });
    expect(await theirs.tryAcquire(a)).not.toBeNull();
    await theirs.forceRelease(a);
    await holder.release();
    const lease = await ours.acquireAll([c, a, b, a]);
    expect(lease.names).toEqual([a, b, c].sort());
    expect(await theirs.tryAcquire(b)).toBeNull();
    expect(await lease.extend(20_000)).toBeGreaterThan(15_000);
    expect(await lease.release()).toBe("released");
    expect(await (await theirs.acquireAll([a, b, c], { waitMs: 0 })).release()).toBe("released");
  });

  it("overlapping sets in opposite orders never wait in a circle", async () => {
    const all = [name(), name(), name()];
    const inside = new Set<string>();
    const work = async (_: unknown, worker: number) => {
      const mine = await locks();
      for (let round = 0; round < 3; round++) {
        const wanted = worker % 2 ? all.slice(round % 2) : all.slice(0, 2 + (round % 2)).reverse();
        const lease = await mine.acquireAll(wanted, { waitMs: 20_000 });
        for (const name of wanted) {
          expect(inside.has(name)).toBe(false);
          inside.add(name);
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
        for (const name of wanted) inside.delete(name);
        expect(await lease.release()).toBe("released");
      }
    };
    await Promise.all(Array.from({ length: 4 }, work));
  });

  it("who gives up half-way gives back what it had", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const [a, b] = [name(), name()].sort() as [string, string];
    const holder = await theirs.acquire(b);
    const caller = new AbortController();
    const waiting = ours.acquireAll([a, b], { signal: caller.signal });
    waiting.catch(() => {});
    await untilWaiting(b, 1);
    caller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await untilWaiting(b, 0);
    await (await theirs.acquire(a, { waitMs: 5000 })).release();
    expect(await holder.release()).toBe("released");
  });
}
