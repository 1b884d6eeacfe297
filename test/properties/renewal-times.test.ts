import { createLocks, type Lease, type Store } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { watchedClock } from "./clocks.ts";

expectNoUnhandledRejection();

const thousandths = (min: number, max: number) =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((n) => n / 1000);

/** Leases of one client, some short and some long, but no more than 40 times as long. */
const scenes = fc.record({
  scale: fc.constantFrom(1, 25, 100),
  leases: fc.array(
    fc.record({
      ttl: fc.integer({ min: 10, max: 400 }),
      /** For how many TTLs it is held at the most. */
      hold: fc.oneof(thousandths(1, 1.5), thousandths(1, 10)),
      /** After how many TTLs it is acquired. */
      after: thousandths(0, 2),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  /** How long an answer takes, of the shortest TTL. */
  delay: thousandths(0, 0.2),
});

/** What the client may know of one of its leases. */
interface Known {
  readonly ttlMs: number;
  readonly holdUntil: number;
  /** The last answer: sent when, and what may be relied on from there. */
  sentAt: number;
  spanMs: number;
  lease?: Lease;
  endedAt?: number;
}

describe("P8 renewal times", () => {
  it("every renewal leaves before its lease ends and not long before it is due, and none asks past the end of the hold", async () => {
    let renewals = 0;
    await fc.assert(
      fc.asyncProperty(scenes, async ({ scale, leases, delay }) => {
        const clock = watchedClock();
        const known = new Map<string, Known>();
        const violations: string[] = [];
        const shortestMs = Math.min(...leases.map(({ ttl }) => ttl)) * scale;

        const run: Store["run"] = async (script, keys, args, options) => {
          options?.onSend?.();
          const sentAt = clock.now();
          const names = keys
            .filter((key) => key.endsWith("}"))
            .map((key) => key.slice("holdfast:{".length, -1));
          const replies = names.map((name, i) => {
            if (script.name !== "extend") return 1;
            renewals++;
            const lease = known.get(name) as Known;
            const ttlMs = Number(args[3 * i + 2]);
            const leftMs = lease.sentAt + lease.spanMs - sentAt;
            const holdMs = lease.holdUntil - sentAt;
            if (leftMs <= 0) violations.push(`renewed ${-leftMs} ms after it ended`);
            if (leftMs > (lease.spanMs * 11) / 12 + 1 && holdMs > lease.spanMs / 4)
              violations.push(`renewed with ${leftMs} ms of ${lease.spanMs} left`);
            if (ttlMs > Math.max(holdMs, 1) + 0.001 || ttlMs > lease.ttlMs)
              violations.push(`asked for ${ttlMs} ms with ${holdMs} ms of the hold left`);
            return ttlMs;
          });
          const delayMs = script.name === "acquire" ? 0 : delay * shortestMs;
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, delayMs));
          for (const [i, name] of names.entries()) {
            const lease = known.get(name) as Known;
            const spanMs = (replies[i] ?? 0) * 0.99 - 2;
            if (sentAt + spanMs > lease.sentAt + lease.spanMs) Object.assign(lease, { sentAt, spanMs });
          }
          if (script.name !== "acquire") return replies;
          const lease = known.get(names[0] ?? "") as Known;
          Object.assign(lease, { sentAt, spanMs: lease.ttlMs * 0.99 - 2 });
          return ["granted", 1, lease.ttlMs, "owner", 0];
        };

        const locks = createLocks({ store: { run }, clock });
        for (const [i, { ttl, hold, after }] of leases.entries()) {
          const ttlMs = ttl * scale;
          const maxHoldMs = Math.floor(hold * ttlMs);
          clock.setTimeout(async () => {
            const mine: Known = { ttlMs, holdUntil: clock.now() + maxHoldMs, sentAt: 0, spanMs: 0 };
            known.set(`lease-${i}`, mine);
            const lease = await locks.tryAcquire(`lease-${i}`, { ttlMs, renew: { maxHoldMs } });
            if (!lease) return;
            mine.lease = lease;
            lease.signal.addEventListener("abort", () => {
              mine.endedAt = clock.now();
            });
          }, after * ttlMs);
        }
        await clock.advance(5000 * scale);

        expect(violations).toEqual([]);
        expect(clock.badDelays).toEqual([]);
        for (const { lease, ttlMs, holdUntil, endedAt } of known.values()) {
          // Kept to the end of its hold, but for what a lease is shorter than its TTL and the way of the last answer.
          expect(lease?.signal.reason).toMatchObject({ code: "lost", reason: "max-hold" });
          expect(endedAt).toBeLessThanOrEqual(holdUntil + 1);
          expect(endedAt).toBeGreaterThanOrEqual(holdUntil - 0.01 * ttlMs - 4 - delay * shortestMs);
        }
      }),
      { numRuns: 120 },
    );
    expect(renewals).toBeGreaterThan(1000);
  });
});
