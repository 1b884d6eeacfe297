import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import { serverMicros } from "../support/server-view.ts";
import { enqueue, grantedAt, look, mortal, onEveryWay } from "./queue.ts";

const CLAIM_MS = 600;
/** How late a look may come on a busy machine; a window that ran once too often would be CLAIM_MS late. */
const SLACK_MS = 500;

onEveryWay("P7 dead waiters", (fixture, client) => {
  const wait = (name: string, options = {}) =>
    client().locks.acquire(name, { claimMs: CLAIM_MS, ...options });
  const dying = async (name: string, options = {}) => {
    const { fetch, die } = mortal();
    const waits = () => client({ fetch }).locks.acquire(name, { claimMs: CLAIM_MS, ...options });
    await enqueue(fixture, name, [waits]);
    return die;
  };
  const releasedAt = async (holder: Lease) => {
    const at = (await serverMicros(fixture)) / 1000;
    await holder.release();
    return at;
  };

  it("P7 a dead waiter delays those behind it by one claim window, which begins when its turn comes", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const die = await dying(name);
    const [next] = await enqueue(fixture, name, [() => wait(name)]);
    die();
    // Its window does not run while it is not its turn.
    await sleep(CLAIM_MS * 1.5);
    const released = await releasedAt(holder);
    const delay = grantedAt((await next) as Lease) - released;
    expect(delay).toBeGreaterThanOrEqual(CLAIM_MS - 1);
    expect(delay).toBeLessThan(CLAIM_MS + SLACK_MS);
  });

  it("P7 two dead waiters cost two windows", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const deaths = [await dying(name), await dying(name)];
    const [next] = await enqueue(fixture, name, [() => wait(name)]);
    for (const die of deaths) die();
    const released = await releasedAt(holder);
    const delay = grantedAt((await next) as Lease) - released;
    expect(delay).toBeGreaterThanOrEqual(2 * CLAIM_MS - 1);
    expect(delay).toBeLessThan(2 * CLAIM_MS + SLACK_MS);
  });

  it("P7 a waiter whose waitMs has passed is skipped and costs nothing", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const die = await dying(name, { waitMs: 400 });
    die();
    const [next] = await enqueue(fixture, name, [() => wait(name)]);
    await sleep(450);
    const released = await releasedAt(holder);
    expect(grantedAt((await next) as Lease) - released).toBeLessThan(SLACK_MS);
  });

  it("P7 a holder and the waiter behind it that die together cost one window after the lease", async () => {
    const name = fixture.name();
    const { fetch, die } = mortal();
    const { locks } = client({ fetch });
    const holder = await locks.acquire(name, { ttlMs: 600 });
    await enqueue(fixture, name, [() => locks.acquire(name, { claimMs: CLAIM_MS })]);
    const [next] = await enqueue(fixture, name, [() => wait(name, { waitMs: 5000 })]);
    die();
    const delay = grantedAt((await next) as Lease) - grantedAt(holder) - 600;
    expect(delay).toBeLessThan(CLAIM_MS + SLACK_MS);
    expect((await look(fixture, name)).waiting).toBe(0);
  });
});
