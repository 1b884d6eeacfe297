import { LockLostError } from "@holdfast/core";
import { check, equal, pause, rejection, until } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

const TTL_MS = 1200;

export const renew: Scenario = {
  name: "renew",
  async run({ name, first, second }) {
    const lease = await first.locks.acquire(name, { ttlMs: TTL_MS, renew: true });
    await pause(2 * TTL_MS + 200);
    equal(lease.signal.aborted, false, "lost after two TTLs");
    check(lease.remainingMs() > 0, "nothing remains after two TTLs");
    equal(await second.locks.tryAcquire(name), null, "another's try after two TTLs");
    equal(await lease.release(), "released", "release");
  },
};

export const expire: Scenario = {
  name: "lose: it runs out",
  async run({ name, first, second }) {
    const lease = await first.locks.acquire(name, { ttlMs: 1000 });
    const next = await second.locks.acquire(name, { waitMs: 20_000 });
    // Whoever comes next may begin only after the holder must have ended.
    equal(lease.remainingMs(), 0, "what remains when the next one begins");
    await until(() => lease.signal.aborted, "the holder is told");
    checkLoss(lease.signal.reason, "expired");
    check(next.fence > lease.fence, "the fence rises");
    checkLoss(await rejection(lease.extend(), "an extension"), "expired");
    equal(await lease.release(), "expired", "release");
    await next.release();
  },
};

export const taken: Scenario = {
  name: "lose: it is broken",
  async run({ name, first, second }) {
    const renewed = await first.locks.acquire(name, { ttlMs: TTL_MS, renew: true });
    equal(await second.locks.forceRelease(name), true, "forced release");
    await until(() => renewed.signal.aborted, "the renewal notices");
    checkLoss(renewed.signal.reason, "taken");
    equal(await renewed.release(), "lost", "release of a lease that knows");

    const unaware = await first.locks.acquire(name);
    await second.locks.forceRelease(name);
    equal(unaware.signal.aborted, false, "told without asking");
    equal(await unaware.release(), "lost", "release of a lease that did not");
    equal(await unaware.release(), "lost", "release again");
  },
};

function checkLoss(error: unknown, reason: string): void {
  check(error instanceof LockLostError, `${error} is no LockLostError`);
  equal([error.code, error.reason], ["lost", reason], "the loss");
}
