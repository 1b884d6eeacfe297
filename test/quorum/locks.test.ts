import { engines } from "@holdfast/testing/node";
import { expect, it } from "vitest";
import { onNodes } from "./support/nodes.ts";

for (const engine of engines())
  onNodes("a quorum", engine, 3, (f) => {
    it("grants a name to one at a time, with rising fences", async () => {
      const [a, b] = [f.client(), f.client()];
      const name = f.name();
      const first = await a.locks.acquire(name);
      expect(await b.locks.tryAcquire(name)).toBeNull();
      expect(await first.release()).toBe("released");
      const second = await b.locks.acquire(name);
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(await second.extend()).toBeGreaterThan(20_000);
      expect(await b.locks.inspect(name)).toMatchObject({ held: true, nodes: [{}, {}, {}] });
      await second.release();
      expect(await b.locks.inspect(name)).toMatchObject({ held: false });
    });

    it("waiters get it one after the other", async () => {
      const name = f.name();
      let inside = 0;
      let most = 0;
      const fences: number[] = [];
      await Promise.all(
        Array.from({ length: 6 }, async () => {
          const { locks } = f.client();
          await locks.request(name, async (lease) => {
            most = Math.max(most, ++inside);
            fences.push(lease.fence);
            await new Promise((resolve) => setTimeout(resolve, 5));
            inside--;
          });
        }),
      );
      expect(most).toBe(1);
      expect(fences).toEqual([...fences].sort((x, y) => x - y));
      expect(new Set(fences).size).toBe(6);
    });

    it("does without a minority, and says so when a majority is missing", async () => {
      const { locks, events } = f.client({ retries: 0, nodeTimeoutMs: 300 });
      const name = f.name();
      const lease = await locks.acquire(name);
      await lease.release();
      expect(events.filter(({ type }) => type === "voted").length).toBeGreaterThan(5);
    });
  });
