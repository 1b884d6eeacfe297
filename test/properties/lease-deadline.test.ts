import { createLocks, type Lease, type LockEvent, restStore } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { type Trouble, troubled, watchedClock } from "./clocks.ts";
import { modelServer, slowNetwork, type Trip } from "./model-server.ts";

expectNoUnhandledRejection();

/** Local and server clocks may run at rates that differ by 1 %. */
const rates = fc.oneof(fc.constantFrom(0.99, 1, 1.01), fc.double({ min: 0.99, max: 1.01, noNaN: true }));
const ttls = fc.oneof(
  fc.integer({ min: 10, max: 100 }),
  fc.integer({ min: 10, max: 5000 }),
  fc.integer({ min: 10, max: 60_000 }),
  fc.integer({ min: 60_000, max: 86_400_000 }),
);
/** A share of a TTL. Counted in thousandths, since most doubles are next to nothing. */
const shares = (min: number, max: number) =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((thousandths) => thousandths / 1000);
const share = fc.oneof(shares(0, 0.3), shares(0, 1.5));
const trip = fc.record({
  there: share,
  back: share,
  lost: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    fc.constantFrom("request" as const, "reply" as const),
  ),
});
const step = fc.record({
  act: fc.constantFrom("wait", "wait", "wait", "freeze", "disturb", "extend"),
  share: shares(-1.5, 1.5),
});

const scenes = fc.record({
  rate: rates,
  start: fc.integer({ min: 0, max: 999 }).map((thousandths) => 1e12 + thousandths / 1000),
  trouble: fc.constantFrom<Trouble[]>("none", "monotonic clock stops", "wall clock is set"),
  ttlMs: ttls,
  renew: fc.boolean(),
  trips: fc.array(trip, { maxLength: 12 }),
  steps: fc.array(step, { maxLength: 12 }),
});

describe("P1, P5 a lease and the server's true expiry", () => {
  it("no lease is live at a moment at which the server may have let others in", async () => {
    let leases = 0;
    let lost = 0;
    await fc.assert(
      fc.asyncProperty(scenes, async ({ rate, start, trouble, ttlMs, renew, trips, steps }) => {
        const time = watchedClock();
        const clock = troubled(time, trouble);
        const server = modelServer(() => time.now(), rate, start);
        const violations: string[] = [];
        const travel = trips.values();
        const fetch = slowNetwork(time, server, (): Trip => {
          check("at a request");
          const { there, back, lost } = travel.next().value ?? { there: 0, back: 0, lost: undefined };
          return { thereMs: there * ttlMs, backMs: back * ttlMs, lost };
        });
        const store = restStore({ url: "http://127.0.0.1:1", token: "t", fetch, clock });

        let lease: Lease | undefined;
        /** Long leases have too many timers to wait for each. */
        const pass = async (ms: number) => {
          if (ttlMs > 60_000) time.freeze(ms);
          await time.advance(ttlMs > 60_000 ? 0 : ms);
        };
        let stopped = ttlMs > 60_000;
        function check(when: string): void {
          if (!lease || (lease.signal.aborted && lease.remainingMs() === 0)) return;
          // Others are let in once the server's clock, read in whole milliseconds, shows the expiry.
          const trueRestMs = (server.expiryOf("name") - Math.floor(server.time())) * rate;
          if (!(trueRestMs > 0 && lease.remainingMs() <= trueRestMs && lease.remainingMs() >= 0))
            violations.push(`live ${when} for ${lease.remainingMs()} ms, truly ${trueRestMs}`);
        }
        function held(given: Lease | null): void {
          if (!given) return;
          leases++;
          lease = given;
          check("when granted");
          given.signal.addEventListener("abort", () => {
            lost++;
            const late = server.time() - server.expiryOf("name");
            // The timer tells, not only whoever asks; not so in a machine that stood still.
            if (late > 0 && !stopped) violations.push(`told ${late} ms late`);
          });
        }
        createLocks({ store, clock })
          .tryAcquire("name", { ttlMs, renew })
          .then(held, () => {});

        await time.advance(0);
        for (const { act, share } of steps) {
          const ms = Math.abs(share) * ttlMs;
          stopped ||= act === "freeze" || (act === "disturb" && trouble === "monotonic clock stops");
          if (act === "freeze") time.freeze(ms);
          if (act === "disturb") clock.disturb(share * ttlMs);
          if (act === "extend") lease?.extend().catch(() => {});
          if (act === "wait") await pass(ms);
          check(`after ${act}`);
        }
        await pass(3 * ttlMs);
        check("in the end");
        expect(violations).toEqual([]);
        expect(time.badDelays).toEqual([]);
      }),
      { numRuns: 500 },
    );
    // Otherwise the property would say nothing.
    expect(leases).toBeGreaterThan(100);
    expect(lost).toBeGreaterThan(50);
  });

  it("a lease that ended while the machine stood still is lost at the next renewal, not tried again every 50 ms", async () => {
    const time = watchedClock();
    const clock = troubled(time, "monotonic clock stops");
    const server = modelServer(() => time.now(), 1, 1e12);
    const fetch = slowNetwork(time, server, () => ({ thereMs: 0, backMs: 0, lost: undefined }));
    const store = restStore({ url: "http://127.0.0.1:1", token: "t", fetch, clock });
    const events: string[] = [];
    const onEvent = ({ type }: LockEvent) => void events.push(type);
    void createLocks({ store, clock, onEvent }).acquire("name", { ttlMs: 60_000, renew: true });
    await time.advance(1000);
    clock.disturb(60_000);
    await time.advance(20_000);
    expect(events).toEqual(["acquired", "lost"]);
  });
});
