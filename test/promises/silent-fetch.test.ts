import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createLocks, type Lease, type Locks, restStore } from "@holdfast/core";
import { type ManualClock, manualClock } from "@holdfast/testing";
import { expect, it, vi } from "vitest";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

const WAIT_MS = 10_000;
const TTL_MS = 30_000;
/** Longer than any verb may take: four tries of 5 s with their pauses, or what its lease has left. */
const BOUND_MS = 31_000;

const silent = vi.fn<typeof fetch>(() => new Promise(() => {}));

/** Turns the clock until the promise settles; tells how, and how long that took. */
async function outcome(clock: ManualClock, promise: Promise<unknown>) {
  const from = clock.now();
  let settled: { value?: unknown; error?: unknown } | undefined;
  promise.then(
    (value) => {
      settled = { value };
    },
    (error) => {
      settled = { error };
    },
  );
  await clock.advance(0);
  while (!settled && clock.now() - from < BOUND_MS) await clock.advance(50);
  return { ...settled, settled: settled !== undefined, tookMs: clock.now() - from };
}

/** Background work, such as taking back, ends too: after a TTL at the latest nothing of it is left. */
async function expectNoTimers(clock: ManualClock): Promise<void> {
  await clock.advance(2 * TTL_MS + BOUND_MS);
  expect(clock.pendingTimers).toBe(0);
}

const adopted = {
  version: 1,
  name: "silent",
  mode: "exclusive",
  owner: "owner-of-silent-fetch",
  attemptId: "attempt-of-silent-fetch",
  fence: 1,
  acquiredAt: 0,
  expiresAt: 0,
  ttlMs: TTL_MS,
};

const calls: Record<string, [(locks: Locks) => Promise<unknown>, code: string, withinMs: number]> = {
  acquire: [(locks) => locks.acquire("silent"), "unavailable", WAIT_MS],
  "acquire that waits for ever": [
    (locks) => locks.acquire("silent", { waitMs: Number.POSITIVE_INFINITY }),
    "unavailable",
    TTL_MS,
  ],
  "acquire that does not wait": [(locks) => locks.acquire("silent", { waitMs: 0 }), "unavailable", TTL_MS],
  tryAcquire: [(locks) => locks.tryAcquire("silent"), "unavailable", TTL_MS],
  request: [(locks) => locks.request("silent", () => "unreachable"), "unavailable", WAIT_MS],
  inspect: [(locks) => locks.inspect("silent"), "unavailable", TTL_MS],
  forceRelease: [(locks) => locks.forceRelease("silent"), "unavailable", TTL_MS],
  "an adopted lease's extend": [(locks) => locks.adopt(adopted).extend(), "unavailable", TTL_MS],
  "an adopted lease's release": [(locks) => locks.adopt(adopted).release(), "unavailable", TTL_MS],
};

it.each(Object.entries(calls))(
  "%s under a fetch that never answers fails in bounded time",
  async (_, call) => {
    const [run, code, withinMs] = call;
    const clock = manualClock();
    const store = restStore({ url: "http://silent.invalid", token: "token", fetch: silent, clock });
    silent.mockClear();
    const { error, tookMs } = await outcome(clock, run(createLocks({ store, clock })));
    expect(error).toMatchObject({ name: "HoldfastError", code });
    expect(tookMs).toBeLessThanOrEqual(withinMs);
    expect(silent).toHaveBeenCalled();
    await expectNoTimers(clock);
  },
);

onEveryEngine("a fetch that falls silent after the grant", (fixture) => {
  expectNoUnhandledRejection();

  async function held(renew = false) {
    const clock = manualClock();
    const { locks, network, events } = await fixture.warmClient({ clock, timeoutMs: 5000 });
    const lease = await locks.acquire(fixture.name(), { ttlMs: TTL_MS, renew });
    const fallSilent = () =>
      network.fail({ action: "hang", ignoreAbort: true, times: Number.POSITIVE_INFINITY });
    return { clock, locks, lease, events, fallSilent };
  }

  const ends: Record<string, [(lease: Lease) => Promise<unknown>, unknown]> = {
    extend: [(lease) => lease.extend(), { error: { code: "unavailable" } }],
    release: [(lease) => lease.release(), { error: { code: "unavailable" } }],
    "release, twice at once": [
      (lease) => Promise.allSettled([lease.release(), lease.release()]),
      { value: [{ status: "rejected" }, { status: "rejected" }] },
    ],
    "await using": [async (lease) => lease[Symbol.asyncDispose](), { value: undefined }],
  };

  it.each(Object.entries(ends))("%s settles before the lease ends", async (_, [run, expected]) => {
    const { clock, lease, fallSilent } = await held();
    fallSilent();
    const { tookMs, settled, ...how } = await outcome(clock, run(lease));
    expect(settled).toBe(true);
    expect(how).toMatchObject(expected as object);
    expect(tookMs).toBeLessThan(TTL_MS);
    await expectNoTimers(clock);
  });

  it("request gives its function's value though its release is not answered", async () => {
    const { clock, locks, fallSilent } = await held();
    const requesting = locks.request(fixture.name(), async () => {
      fallSilent();
      return 42;
    });
    await vi.waitFor(() => expect(clock.pendingTimers).toBeGreaterThan(1));
    expect(await outcome(clock, requesting)).toMatchObject({ value: 42 });
    await expectNoTimers(clock);
  });

  it("renewal ends with the lease, and leaves no timer", async () => {
    const { clock, lease, events, fallSilent } = await held(true);
    fallSilent();
    await clock.advance(TTL_MS);
    expect(lease.signal.aborted).toBe(true);
    expect(events.filter(({ type }) => type === "lost")).toHaveLength(1);
    await expectNoTimers(clock);
  });

  it("a wait for a held name ends when it should", async () => {
    const { clock, lease, fallSilent } = await held();
    const waiter = await fixture.warmClient({ clock });
    const waiting = waiter.locks.acquire(lease.name, { waitMs: WAIT_MS });
    await expect.poll(() => waiter.events.map(({ type }) => type)).toEqual(["contended"]);
    waiter.network.fail({ action: "hang", ignoreAbort: true, times: Number.POSITIVE_INFINITY });
    fallSilent();
    const { error, tookMs } = await outcome(clock, waiting);
    expect(["timeout", "unavailable"]).toContain((error as { code?: string }).code);
    expect(tookMs).toBeLessThanOrEqual(WAIT_MS);
  });

  it.each([
    { scene: "a renewing lease is held" },
    { scene: "a renewal hangs" },
    { scene: "an acquire is awaited", code: "unavailable" },
  ])("a Node process ends by itself, neither late nor early, when $scene", async (expected) => {
    const script = fileURLToPath(new URL("../support/silent-process.ts", import.meta.url));
    const args = [script, fixture.gateway.url, TOKEN, fixture.name(), expected.scene];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
    // The lease was still there when the process ended: it did not stay for it.
    expect(JSON.parse(stdout)).toEqual({ ...expected, leaseWasLive: true });
  });
});
