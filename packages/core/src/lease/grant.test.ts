import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../clock.ts";
import { type Deadline, instant, remainingOf } from "./deadline.ts";
import { createSightings } from "./grant.ts";

/** A clock that a test sets; wall and monotonic time agree. */
function settable(): Clock & { time: number } {
  const clock = { ...systemClock, time: 0, now: () => clock.time, wall: () => 1_000_000 + clock.time };
  return clock;
}

const endOf = ({ from, ms }: Deadline): number => from.now + ms;

describe("createSightings", () => {
  it("places no grant before it has seen the server's clock", () => {
    expect(createSightings(settable()).deadline(5000, 2000)).toBeUndefined();
  });

  it("counts a grant from the sighting, less the drift allowance", () => {
    const clock = settable();
    const sightings = createSightings(clock);
    sightings.note(instant(clock), 70_000);
    clock.time = 1500;
    const deadline = sightings.deadline(71_000, 2000) as Deadline;
    expect(deadline.from).toEqual({ now: 990, wall: 1_000_990 });
    expect(deadline.ms).toBe(1978);
  });

  it("gives a message that comes late no more time", () => {
    const clock = settable();
    const sightings = createSightings(clock);
    sightings.note(instant(clock), 70_000);
    clock.time = 2800;
    const deadline = sightings.deadline(71_000, 2000) as Deadline;
    expect(endOf(deadline)).toBe(2968);
    expect(remainingOf(clock, deadline)).toBe(168);
    clock.time = 3000;
    expect(remainingOf(clock, sightings.deadline(71_000, 2000) as Deadline)).toBeLessThan(0);
  });

  it("trusts the sighting that places the server latest, so the quickest answer counts", () => {
    const clock = settable();
    const sightings = createSightings(clock);
    sightings.note({ now: 0, wall: 1_000_000 }, 70_000);
    const first = endOf(sightings.deadline(70_000, 2000) as Deadline);
    // Left at 10, read 100 later: it took 90 on its way, and tells less.
    clock.time = 110;
    sightings.note({ now: 10, wall: 1_000_010 }, 70_100);
    clock.time = 200;
    expect(endOf(sightings.deadline(70_000, 2000) as Deadline)).toBe(first);
    // Left at 199, read at once.
    sightings.note({ now: 199, wall: 1_000_199 }, 70_200);
    expect(endOf(sightings.deadline(70_200, 2000) as Deadline)).toBe(199 + 1978);
  });

  it("starts anew when the server's clock was set back", () => {
    const clock = settable();
    const sightings = createSightings(clock);
    sightings.note({ now: 0, wall: 1_000_000 }, 70_000);
    clock.time = 100;
    sightings.note(instant(clock), 60_000);
    expect(sightings.deadline(60_000, 2000)?.from.now).toBe(100);
  });

  it("starts anew when the server's clock was set ahead of all that can have passed (simulation, rw seed 283)", () => {
    const clock = settable();
    const sightings = createSightings(clock);
    sightings.note({ now: 0, wall: 1_000_000 }, 70_000);
    clock.time = 1000;
    // It shows 200 ms more than any clock within 1 % can.
    sightings.note({ now: 990, wall: 1_000_990 }, 71_210);
    clock.time = 5000;
    expect(sightings.deadline(71_210, 2000)?.from.now).toBe(990);
  });

  it("lets no grant be made after it was heard of", () => {
    const clock = settable();
    const sightings = createSightings(clock);
    sightings.note(instant(clock), 70_000);
    clock.time = 50;
    expect(sightings.deadline(999_000, 2000)?.from.now).toBe(50);
  });

  it("P1 is never later than the server's expiry, whatever the delays, offsets and rates within 1 %", () => {
    const ms = (max: number) => fc.integer({ min: 0, max });
    const requests = fc.array(fc.record({ pause: ms(2000), there: ms(500), back: ms(500) }), {
      minLength: 1,
      maxLength: 6,
    });
    const scene = fc.record({
      requests,
      beforeGrant: ms(5000),
      news: ms(3000),
      leaseMs: fc.integer({ min: 10, max: 10_000 }),
      rate: fc.double({ min: 0.9901, max: 1.0099, noNaN: true }),
      start: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(scene, ({ requests, beforeGrant, news, leaseMs, rate, start }) => {
        const clock = settable();
        const sightings = createSightings(clock);
        // `time` is the server's; it shows whole milliseconds. The local clock runs at its own rate.
        let time = 1_000_000 + start;
        const local = (server: number) => (server - 1_000_000) * rate;
        for (const { pause, there, back } of requests) {
          time += pause;
          clock.time = local(time);
          const sentAt = instant(clock);
          time += there;
          const serverNow = Math.floor(time);
          time += back;
          clock.time = local(time);
          sightings.note(sentAt, serverNow);
        }
        time += beforeGrant;
        const grantedAt = Math.floor(time);
        clock.time = local(time + news);
        const deadline = sightings.deadline(grantedAt, leaseMs) as Deadline;
        expect(endOf(deadline)).toBeLessThanOrEqual(local(grantedAt + leaseMs));
      }),
    );
  });
});
