import { createLocks, HoldfastError, restStore, type TryOutcome, withRetries } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { watchedClock } from "./clocks.ts";

const LONGEST_MS = 2_147_483_647;
const ms = (max: number) => fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max }));

const scenes = fc.record({
  policy: fc.record({
    retries: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1000 })),
    minDelayMs: fc.oneof(ms(1000), ms(LONGEST_MS)),
    maxDelayMs: fc.oneof(ms(1000), ms(LONGEST_MS)),
  }),
  timeoutMs: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: LONGEST_MS })),
  /** What the caller gives it: nothing, no end, or so much. */
  budgetMs: fc.option(fc.oneof(ms(60_000), fc.constantFrom(Number.POSITIVE_INFINITY, -5)), {
    nil: undefined,
  }),
  attemptMs: fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: undefined }),
  tries: fc.array(
    fc.record({
      tookMs: ms(10_000),
      afterMs: fc.option(fc.oneof(ms(5000), fc.constantFrom(1e15, Number.POSITIVE_INFINITY, 0.5)), {
        nil: undefined,
      }),
    }),
    { maxLength: 20 },
  ),
});

describe("retries", () => {
  it("end within the budget, pause as the policy says, and give up only when no try is left or there is no time for one", async () => {
    let retried = 0;
    await fc.assert(
      fc.asyncProperty(scenes, async ({ policy, timeoutMs, budgetMs, attemptMs, tries }) => {
        const clock = watchedClock();
        const limited = budgetMs !== undefined && budgetMs !== Number.POSITIVE_INFINITY;
        const longestPauseMs = limited ? budgetMs : Math.max(timeoutMs, policy.maxDelayMs);
        const endsAt = limited ? budgetMs : Number.POSITIVE_INFINITY;
        const script = tries.values();
        const violations: string[] = [];
        const check = (good: boolean, what: string) => {
          if (!good) violations.push(what);
        };
        let count = 0;
        let afterMs: number | undefined;
        let endedAt: number | undefined;

        const tryOnce = async (limitMs: number): Promise<TryOutcome<string>> => {
          count++;
          if (endedAt !== undefined) {
            const pauseMs = clock.now() - endedAt;
            retried++;
            const { least, most } = pause();
            check(pauseMs >= least && pauseMs <= most + 1, `pause of ${pauseMs}, not ${least} to ${most} ms`);
            check(pauseMs <= longestPauseMs + 1, `pause of ${pauseMs} ms`);
          }
          const mostMs = Math.min(timeoutMs, attemptMs ?? timeoutMs, endsAt - clock.now());
          check(limitMs > 0 && limitMs <= mostMs, `limit of ${limitMs}, not up to ${mostMs} ms`);
          const next = script.next().value;
          const tookMs = next?.tookMs ?? 0;
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, Math.min(tookMs, limitMs)));
          endedAt = clock.now();
          afterMs = tookMs > limitMs ? undefined : next?.afterMs;
          if (!next) return { answer: "yes" };
          return tookMs > limitMs
            ? { retry: "timeout", text: "late" }
            : { retry: "status", text: "busy", afterMs };
        };
        /** Of the pause after the try that was the last so far. */
        function pause(): { least: number; most: number } {
          const backoffMs = Math.min(policy.maxDelayMs, policy.minDelayMs * 2 ** (count - 2));
          return { least: Math.max(afterMs ?? 0, backoffMs / 2), most: Math.max(afterMs ?? 0, backoffMs) };
        }

        let settledAt: number | undefined;
        const work = withRetries(clock, policy, timeoutMs, { budgetMs, attemptMs }, tryOnce)
          .catch((error) => error)
          .finally(() => {
            settledAt = clock.now();
          });
        // As long as the longest policy can take.
        while (settledAt === undefined) await clock.advance(LONGEST_MS);
        const outcome: unknown = await work;

        expect(violations).toEqual([]);
        expect(clock.badDelays).toEqual([]);
        expect(count).toBeLessThanOrEqual(policy.retries + 1);
        expect(settledAt).toBeLessThanOrEqual(Math.max(endsAt, 0) + 1);
        if (outcome === "yes") return;
        expect(outcome).toBeInstanceOf(HoldfastError);
        expect((outcome as HoldfastError).code).toBe("unavailable");
        if (count > policy.retries || count === 0) return;
        count++;
        const { most } = pause();
        expect(most > longestPauseMs || settledAt + most >= endsAt - 1).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(retried).toBeGreaterThan(500);
  });

  it("of a wait without end do not pause for the four months that a server's Retry-After may say", async () => {
    const clock = watchedClock();
    const busy = async () => new Response("", { status: 429, headers: { "retry-after": "10000000" } });
    const store = restStore({ url: "http://127.0.0.1:1", token: "t", fetch: busy, clock });
    const wait = createLocks({ store, clock })
      .latch("name", { count: 1 })
      .wait({ waitMs: Number.POSITIVE_INFINITY });
    const failed = expect(wait).rejects.toMatchObject({ code: "unavailable" });
    await clock.advance(60_000);
    await failed;
  });
});
