import { createLocks, restStore, type Store } from "@holdfast/core";
import { expect, it } from "vitest";
import { onEveryEngineAtOnce, restOptions } from "./queue.ts";

// What seeds of `npm run simulate` have found, each with the seed that first showed it.
onEveryEngineAtOnce("found by simulation", (fixture) => {
  const rest = () => restStore(restOptions(fixture));

  /** A client whose first acquire is told that its lease is over: it was granted, and no answer came in time. */
  function missing() {
    const { run } = rest();
    let missed = 0;
    const store: Store = {
      run: async (script, keys, args, options) => {
        const reply = await run(script, keys, args, options);
        if (!script.name.startsWith("acquire") || missed++ > 0) return reply;
        return ["ended"];
      },
    };
    return createLocks({ store });
  }

  it("mutex seed 2: an acquire whose lease ended before any answer told of it asks anew", async () => {
    const name = fixture.name();
    const lease = await missing().acquire(name, { waitMs: 10_000, ttlMs: 500 });
    expect(lease.remainingMs()).toBeGreaterThan(0);
    await lease.release();
  });

  it("many seed 5: so does one for several names", async () => {
    const names = [fixture.name(), fixture.name()];
    const lease = await missing().acquireAll(names, { waitMs: 10_000, ttlMs: 500 });
    expect(lease.remainingMs()).toBeGreaterThan(0);
    await lease.release();
  });

  it("mutex seed 4: a look that does not wait says that the store gave no answer in time", async () => {
    const name = fixture.name();
    await expect(missing().tryAcquire(name, { ttlMs: 500 })).rejects.toMatchObject({ code: "unavailable" });
  });

  it("mutex seed 1: a wait without end stops when its requests are used up", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const { run } = rest();
    const asked: string[] = [];
    const store: Store = {
      run: (script, ...others) => {
        asked.push(script.name);
        return run(script, ...others);
      },
    };
    const waiting = createLocks({ store }).acquire(name, {
      waitMs: Number.POSITIVE_INFINITY,
      maxRequests: 4,
    });
    await expect(waiting).rejects.toMatchObject({ code: "timeout" });
    expect(asked.filter((script) => script === "acquire").length).toBeLessThanOrEqual(3);
    await holder.release();
  });
});
