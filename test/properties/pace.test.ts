import { type Clock, systemClock } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chance } from "../../packages/core/src/clock.ts";
import { pollingPace, unheardMs, wokenPace } from "../../packages/core/src/wait/pace.ts";

const whole = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 5000 }), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
/** What a server may say, sense or none: position 0 is of nobody who waits. */
const look = fc.record({
  position: whole,
  freeInMs: fc.oneof(whole, fc.constant(Number.POSITIVE_INFINITY)),
});
const claims = fc.integer({ min: 100, max: 60_000 });
/** Chance as it falls: the same two bytes again and again. */
const byte = fc.oneof(fc.constantFrom(0, 255), fc.nat({ max: 255 }));
const luck = fc.tuple(byte, byte);
const falling = (bytes: [number, number]): Clock => ({
  ...systemClock,
  randomBytes: () => Uint8Array.from(bytes),
});

describe("the pace of looking", () => {
  it("chance is at least 0 and less than 1", () => {
    fc.assert(
      fc.property(luck, (bytes) => {
        expect(chance(falling(bytes))).toBeGreaterThanOrEqual(0);
        expect(chance(falling(bytes))).toBeLessThan(1);
      }),
    );
  });

  it("who is woken looks when the lease in its way ends, those behind it a little later, and all within 30 seconds", () => {
    fc.assert(
      fc.property(luck, look, (bytes, { position, freeInMs }) => {
        const clock = falling(bytes);
        const pauseMs = wokenPace(clock).next({ position, freeInMs });
        const behind = Math.max(position - 1, 0);
        expect(pauseMs).toBeGreaterThanOrEqual(Math.min(freeInMs + 1 + behind * 100, 22_500));
        expect(pauseMs).toBeLessThanOrEqual(Math.min(freeInMs + 1 + behind * 125, 30_000));
      }),
    );
  });

  it("who polls looks at least every half claim window, a quarter more or less, and never in no time", () => {
    fc.assert(
      fc.property(luck, claims, fc.boolean(), fc.array(look), (bytes, claimMs, eager, looks) => {
        const pace = pollingPace(falling(bytes), claimMs, eager);
        for (const seen of looks) {
          const pauseMs = pace.next(seen);
          expect(pauseMs).toBeGreaterThanOrEqual(1);
          expect(pauseMs).toBeLessThanOrEqual((claimMs / 2) * 1.25);
        }
      }),
    );
  });

  it("who is first and polls looks right after the lease in its way ends, at the latest", () => {
    fc.assert(
      fc.property(luck, claims, fc.boolean(), fc.array(look), (bytes, claimMs, eager, looks) => {
        const pace = pollingPace(falling(bytes), claimMs, eager);
        for (const { freeInMs } of looks)
          expect(pace.next({ position: 1, freeInMs })).toBeLessThanOrEqual(freeInMs + 1);
      }),
    );
  });

  it("who polls and does not move looks less and less often; who moves, as often as somebody new in that place", () => {
    const place = fc.nat({ max: 50 }).map((position) => position + 1);
    fc.assert(
      fc.property(
        luck,
        claims,
        fc.boolean(),
        place,
        fc.nat({ max: 20 }),
        (bytes, claimMs, eager, position, times) => {
          const clock = falling(bytes);
          const freeInMs = Number.POSITIVE_INFINITY;
          const pace = pollingPace(clock, claimMs, eager);
          const pauses = Array.from({ length: times + 2 }, () =>
            pace.next({ position: position + 1, freeInMs }),
          );
          const [first = 0, second = 0] = pauses;
          expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
          expect(second > first || second >= (claimMs / 2) * 0.75).toBe(true);
          const fresh = pollingPace(clock, claimMs, eager).next({ position, freeInMs });
          expect(pace.next({ position, freeInMs })).toBe(fresh);
        },
      ),
    );
  });

  it("who heard nothing for a while looks within half a claim window, and the sooner the further in front", () => {
    const deaf = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(luck, claims, whole, deaf, (bytes, claimMs, position, deafMs) => {
        const clock = falling(bytes);
        const pauseMs = unheardMs(clock, claimMs, position, deafMs);
        expect(pauseMs).toBeGreaterThanOrEqual(0);
        expect(pauseMs).toBeLessThanOrEqual(claimMs / 2);
        expect(unheardMs(clock, claimMs, position + 1, deafMs)).toBeGreaterThanOrEqual(pauseMs);
      }),
    );
  });
});
