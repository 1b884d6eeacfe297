import type { Locks } from "@holdfast/core";
import { watchListeners } from "@holdfast/testing";
import { expect, it, vi } from "vitest";
import { countingClock } from "../support/counting-clock.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { look, onEveryWay, PATIENCE, untilWaiting } from "./queue.ts";

type Verbs = { acquire(options?: object): Promise<{ release(): Promise<unknown> }> };

/** Every kind in a use that fills all of its keys. */
const kinds: Record<string, (locks: Locks, name: string) => Verbs> = {
  mutex: (locks, name) => ({ acquire: (options) => locks.acquire(name, options) }),
  writers: (locks, name) => locks.readWrite(name).write,
  semaphore: (locks, name) => locks.semaphore(name, { permits: 1 }),
};

/** A record is remembered for a minute, a queue is kept for two, each by as much longer as what is in them lasts. */
const LONGEST_MS = 30_000 + 120_000 + 2 * 60_000;

onEveryWay("P9 waits leave nothing behind", (fixture, client) => {
  expectNoUnhandledRejection();
  let namespaces = 0;

  it.each(Object.keys(kinds))(
    "P9 every key of a %s has an end while it is waited for, and after",
    async (kind) => {
      const namespace = `wait-leaks-${kind}-${++namespaces}-${Math.trunc(Math.random() * 1e9)}`;
      const name = fixture.name();
      const verbs = () => kinds[kind]?.(client({ namespace }).locks, name) as Verbs;
      const keys = async () => (await fixture.gateway.command("KEYS", `${namespace}:*`)) as string[];
      const allEnd = async () => {
        const found = await keys();
        expect(found.length).toBeGreaterThan(0);
        for (const key of found) {
          const pttl = Number(await fixture.gateway.command("PTTL", key));
          expect(pttl, key).toBeGreaterThan(0);
          expect(pttl, key).toBeLessThanOrEqual(LONGEST_MS);
        }
      };
      const watch = fixture.client({ namespace }).locks;
      const untilQueued = (count: number) =>
        vi.waitFor(async () => expect((await watch.inspect(name)).waiting).toBe(count), PATIENCE);

      const holder = await verbs().acquire();
      const caller = new AbortController();
      const waits = [1, 2, 3].map(() => verbs().acquire({ signal: caller.signal }));
      const served = verbs().acquire({ waitMs: 20_000 });
      const settled = Promise.allSettled(waits);
      await untilQueued(4);
      await allEnd();
      caller.abort();
      await settled;
      await untilQueued(1);
      await allEnd();
      await holder.release();
      await (await served).release();
      await allEnd();
      // Only the record, and what was taken back from it, are remembered.
      expect((await keys()).filter((key) => /:(queue|holders|expiries)$/.test(key))).toEqual([]);
    },
  );

  it("P9 sixty hand-overs leave a record no larger than twenty do", async () => {
    const name = fixture.name();
    const size = async () => Number(await fixture.gateway.command("STRLEN", `holdfast:{${name}}`));
    const { locks } = client();
    const pass = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const holder = await locks.acquire(name);
        const next = locks.acquire(name);
        await holder.release();
        await (await next).release();
      }
    };
    await pass(20);
    const early = await size();
    await pass(40);
    expect(await size()).toBeLessThanOrEqual(early + 64);
  });

  it("P9 a wait lets go of its timers and listeners, however it ended", async () => {
    const clock = countingClock();
    const { locks } = client({ clock });
    const name = fixture.name();
    const caller = new AbortController();
    const { signal } = caller;
    const listeners = watchListeners(signal);

    const holder = await client().locks.acquire(name);
    await locks.acquire(name, { signal, waitMs: 60 }).catch(() => {});
    const granted = locks.acquire(name, { signal });
    await untilWaiting(fixture, name, 1);
    await holder.release();
    const lease = await granted;
    const aborted = locks.acquire(name, { signal });
    aborted.catch(() => {});
    await untilWaiting(fixture, name, 1);
    caller.abort();
    await expect(aborted).rejects.toBe(signal.reason);
    await lease.release();
    await untilWaiting(fixture, name, 0);

    await vi.waitFor(() => expect(listeners.size).toBe(0), PATIENCE);
    await vi.waitFor(() => expect(clock.pending).toBe(0), PATIENCE);
    expect((await look(fixture, name)).held).toBe(false);
  });
});
