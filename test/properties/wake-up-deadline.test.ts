import { manualClock } from "@holdfast/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant, remainingOf } from "../../packages/core/src/lease/deadline.ts";
import { createSightings } from "../../packages/core/src/lease/grant.ts";
import { type Trouble, troubled } from "./clocks.ts";

const START = 1e12;
const ms = (max: number) => fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max }));

const rates = fc.oneof(fc.constantFrom(0.99, 1, 1.01), fc.double({ min: 0.99, max: 1.01, noNaN: true }));

/** What happens to a client, one after the other: requests that show it the server's clock, and grants it will hear of. */
const happening = fc.record({
  what: fc.constantFrom("request", "request", "grant", "news", "disturb", "pass"),
  pause: ms(20_000),
  there: ms(5000),
  back: ms(5000),
  /** By so many milliseconds the answer overtakes or falls behind the one before: it is noted late. */
  noted: ms(3000),
  leaseMs: fc.integer({ min: 10, max: 60_000 }),
  /** The local clock's rate against the server's, from here on. */
  rate: rates,
  by: fc.integer({ min: -100_000, max: 100_000 }),
});

const scenes = fc.record({
  start: fc.integer({ min: 0, max: 999 }).map((thousandths) => thousandths / 1000),
  steady: fc.option(rates),
  trouble: fc.constantFrom<Trouble[]>("none", "monotonic clock stops", "wall clock is set"),
  happenings: fc.array(happening, { minLength: 1, maxLength: 25 }),
});

/** Local time at which the server's clock shows what, when the two run at rates that change. */
function serverClock(start: number) {
  const pieces: { local: number; server: number; rate: number }[] = [
    { local: 0, server: START + start, rate: 1 },
  ];
  const last = () => pieces.at(-1) ?? { local: 0, server: START, rate: 1 };
  return {
    at: (local: number) => last().server + (local - last().local) / last().rate,
    when: (server: number) => last().local + (server - last().server) * last().rate,
    turn(local: number, rate: number) {
      pieces.push({ local, server: this.at(local), rate });
    },
  };
}

describe("P1 leases that were granted by a wake-up", () => {
  it("are never relied on past the true expiry, whatever was seen of the server's clock, when the news comes, and which clock goes wrong", async () => {
    let relied = 0;
    await fc.assert(
      fc.asyncProperty(scenes, async ({ start, steady, trouble, happenings }) => {
        const time = manualClock();
        const clock = troubled(time, trouble);
        const server = serverClock(start);
        const shown = () => Math.floor(server.at(time.now()));
        const sightings = createSightings(clock);
        const heard: { expiry: number; deadline: NonNullable<ReturnType<typeof sightings.deadline>> }[] = [];
        const granted: { at: number; expiry: number; leaseMs: number }[] = [];
        const late: { sentAt: ReturnType<typeof instant>; serverNow: number; notedAt: number }[] = [];

        /** Time passes, with a look right after each moment at which the server let others in. */
        function pass(by: number): void {
          const end = time.now() + by;
          const moments = heard.map(({ expiry }) => server.when(expiry) + 0.001);
          for (const moment of [...moments, end]
            .filter((at) => at > time.now() && at <= end)
            .sort((a, b) => a - b)) {
            time.freeze(Math.max(moment - time.now(), 0));
            for (const { expiry, deadline } of heard)
              if (remainingOf(clock, deadline) > 0) expect(shown()).toBeLessThan(expiry);
          }
          for (const answer of late.splice(0)) {
            if (answer.notedAt <= time.now()) sightings.note(answer.sentAt, answer.serverNow);
            else late.push(answer);
          }
        }

        for (const { what, pause, there, back, noted, leaseMs, rate, by } of happenings) {
          pass(pause);
          server.turn(time.now(), steady ?? rate);
          if (what === "request") {
            const sentAt = instant(clock);
            pass(there);
            const serverNow = shown();
            late.push({ sentAt, serverNow, notedAt: time.now() + back + noted });
            pass(back);
          } else if (what === "grant") {
            granted.push({ at: shown(), expiry: shown() + leaseMs, leaseMs });
          } else if (what === "news") {
            for (const { at, expiry, leaseMs } of granted) {
              const deadline = sightings.deadline(at, leaseMs);
              if (!deadline) continue;
              if (remainingOf(clock, deadline) > 0) relied++;
              heard.push({ expiry, deadline });
            }
          } else if (what === "disturb") clock.disturb(by);
        }
        for (let i = 0; i < 20; i++) pass(4000);
      }),
      { numRuns: 2500 },
    );
    expect(relied).toBeGreaterThan(300);
  });
});
