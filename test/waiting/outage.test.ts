import { type LockTimeoutError, restStore, type Store } from "@holdfast/core";
import { faultyFetch } from "@holdfast/testing";
import { expect, it } from "vitest";
import { eventually, onEveryEngineAtOnce, restOptions, untilWaiting } from "./queue.ts";

onEveryEngineAtOnce("a server that does not answer for a while", (fixture) => {
  /** Looks often, so that the outage meets many looks. */
  function polling() {
    const network = faultyFetch();
    const { run } = restStore({ ...restOptions(fixture), fetch: network.fetch });
    const store: Store = { run };
    return { network, locks: fixture.client({ store }).locks };
  }

  it("does not end the wait of whoever has a place: it is served in its turn", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const { locks, network } = polling();
    const waiting = locks.acquire(name, { waitMs: 30_000 });
    await untilWaiting(fixture, name, 1);
    let refused = 0;
    network.fail({
      action: "status",
      status: 503,
      times: 15,
      when: () => {
        refused++;
        return true;
      },
    });
    await eventually(
      () => refused,
      (seen) => seen.toBeGreaterThanOrEqual(15),
    );
    await holder.release();
    const lease = await waiting;
    expect(lease.fence).toBeGreaterThan(holder.fence);
    await lease.release();
  });

  it("ends the wait at waitMs, and says what is known: the name was held", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const { locks, network } = polling();
    const waiting = locks.acquire(name, { waitMs: 1500 }).catch((error: LockTimeoutError) => error);
    await untilWaiting(fixture, name, 1);
    network.fail({ action: "status", status: 503, times: 1000 });
    expect(await waiting).toMatchObject({ code: "timeout", position: 1 });
    await holder.release();
  });

  it("is told at once to whoever has no place yet", async () => {
    const { locks, network } = polling();
    network.fail({ action: "status", status: 503, times: 1000 });
    await expect(locks.acquire(fixture.name(), { waitMs: 30_000 })).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  it("that swallows the news of a turn costs the place, not the wait", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const { locks, network } = polling();
    const waiting = locks.acquire(name, { waitMs: 20_000, claimMs: 400 });
    await untilWaiting(fixture, name, 1);
    // The answer that brings the grant comes when the claim window is over.
    network.fail({ action: "delay-reply", delayMs: 600, times: 1 });
    await holder.release();
    const lease = await waiting;
    expect(lease.remainingMs()).toBeGreaterThan(0);
    await lease.release();
  });
});
