import { engines } from "@holdfast/testing/node";
import { expect, it, vi } from "vitest";
import { acquireScript } from "../../packages/core/src/lock/scripts.generated.ts";
import { encodeAsk, mutex } from "../../packages/core/src/lock/target.ts";
import { keysOf } from "../../packages/core/src/locks/names.ts";
import { onNodes } from "./support/nodes.ts";

/** What an acquire sends that is made by other means than the SDK's. */
function askOf(attempt: string, owner: string): string[] {
  const wish = {
    ttlMs: 30_000,
    metadata: "",
    lockDelayMs: 0,
    claimMs: 2000,
    placeMs: 0,
    channel: undefined,
    nonce: "nonce",
  };
  return ["mutex", "1", encodeAsk("holdfast", mutex("-"), { attempt, owner }, wish), "try", "0"];
}

for (const engine of engines())
  onNodes("a quorum", engine, 3, (f) => {
    it("grants a name to one at a time, with rising fences", async () => {
      const [a, b] = [f.client(), f.client()];
      const name = f.name();
      const first = await a.locks.acquire(name);
      expect(await b.locks.tryAcquire(name)).toBeNull();
      expect(await first.release()).toBe("released");
      expect(await first.release()).toBe("released");
      const second = await b.locks.acquire(name);
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(await second.extend()).toBeGreaterThan(29_000);
      await second.release();
    });

    it("lets one in after the other of many that wait, whatever the order", async () => {
      const name = f.name();
      let inside = 0;
      let most = 0;
      const fences: number[] = [];
      await Promise.all(
        Array.from({ length: 6 }, () =>
          f.client().locks.request(name, { waitMs: 30_000 }, async (lease) => {
            most = Math.max(most, ++inside);
            fences.push(lease.fence);
            await lease.extend();
            inside--;
          }),
        ),
      );
      expect(most).toBe(1);
      expect(fences).toEqual([...fences].sort((x, y) => x - y));
      expect(new Set(fences).size).toBe(6);
    });

    it("takes several names as one, and in turn when one is busy", async () => {
      const [a, b] = [f.client(), f.client()];
      const names = [f.name(), f.name(), f.name()];
      const all = await a.locks.acquireAll(names);
      expect(await b.locks.tryAcquire(names[1] as string)).toBeNull();
      await expect(b.locks.acquireAll(names, { waitMs: 0 })).rejects.toMatchObject({ code: "timeout" });
      const waiting = b.locks.acquireAll(names);
      await all.release();
      const after = await waiting;
      expect(after.fence).toBeGreaterThan(all.fence);
      expect(await after.extend()).toBeGreaterThan(29_000);
      expect(await after.release()).toBe("released");
    });

    it("answers a repeated attempt with the lease it has, and with its end once that is over", async () => {
      const [a, b] = [f.client(), f.client()];
      const name = f.name();
      const attemptId = `order-${name}`;
      const lease = await a.locks.acquire(name, { attemptId });
      const again = await b.locks.acquire(name, { attemptId });
      expect(again.toJSON()).toMatchObject({ fence: lease.fence, owner: lease.owner });
      await lease.release();
      await expect(b.locks.acquire(name, { attemptId })).rejects.toMatchObject({ code: "attempt-ended" });
    });

    it("leaves a repetition what it was answered, though the first try of the attempt gives up", async () => {
      const [a, b] = [f.client({ nodeTimeoutMs: 60_000, retries: 0 }), f.client()];
      const name = f.name();
      const attemptId = `order-${name}`;
      // The first try has two votes and is told of none.
      for (const network of a.networks.slice(0, 2)) network.fail({ action: "hang", afterExecuting: true });
      a.networks[2]?.fail({ action: "hang" });
      const first = a.store.run(acquireScript, keysOf("holdfast", name), askOf(attemptId, "first-owner"), {
        budgetMs: 600,
      });
      await vi.waitFor(async () => expect(await b.locks.inspect(name)).toMatchObject({ held: true }), 5000);
      const lease = await b.locks.acquire(name, { attemptId });
      await expect(first).rejects.toMatchObject({ code: "unavailable" });
      expect(await lease.extend()).toBeGreaterThan(29_000);
      expect(await lease.release()).toBe("released");
    });

    it("hands a lease over to another process", async () => {
      const [a, b] = [f.client(), f.client()];
      const name = f.name();
      const adopted = b.locks.adopt(JSON.parse(JSON.stringify(await a.locks.acquire(name))));
      expect(await adopted.extend()).toBeGreaterThan(29_000);
      expect(await adopted.release()).toBe("released");
      await (await a.locks.acquire(name)).release();
    });

    it("elects one leader", async () => {
      const [a, b] = [f.client(), f.client()];
      const name = f.name();
      const first = await a.locks.election(name).campaign({ metadata: "a" });
      const next = b.locks.election(name).campaign();
      await first.resign();
      expect((await next).fence).toBeGreaterThan(first.fence);
      await (await next).resign();
    });

    it("shows who holds a name, how each node is, and the names there are", async () => {
      const { locks, store } = f.client();
      const names = Array.from({ length: 4 }, () => `listed-${f.name()}`);
      for (const name of names) await locks.acquire(name, { metadata: { by: name } });
      const [name = ""] = names;
      const seen = await locks.inspect(name);
      expect(seen).toMatchObject({
        kind: "mutex",
        held: true,
        used: 1,
        holders: [{ mode: "exclusive", metadata: { by: name } }],
        nodes: ["node-1", "node-2", "node-3"].map((node) => ({ node, state: "voting", barredForMs: 0 })),
      });
      expect(seen.nodes?.filter(({ holder }) => holder === seen.holders[0]?.hash).length).toBeGreaterThan(1);
      expect(seen.holders[0]?.expiresAt).toBeGreaterThan(Date.now() + 25_000);

      const listed: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await locks.list({ prefix: "listed-", limit: 1000, ...(cursor && { cursor }) });
        listed.push(...page.locks.map((lock) => lock.name));
        cursor = page.cursor;
      } while (cursor);
      expect(listed.sort()).toEqual(names.sort());
      expect((await store.health()).map(({ state }) => state)).toEqual(["voting", "voting", "voting"]);

      expect(await locks.forceRelease(name)).toBe(true);
      expect(await locks.forceRelease(name)).toBe(false);
      expect(await locks.inspect(name)).toMatchObject({ held: false, used: 0, holders: [] });
    });
  });
