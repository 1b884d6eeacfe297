import { type AcquireOptions, createLocks, restStore } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { watchedClock } from "./clocks.ts";
import * as limits from "./limits.ts";
import { holds } from "./verbs.ts";

expectNoUnhandledRejection();

/** Options that are good, from one end of their limits to the other. */
function goodOptions(of: limits.Limits): fc.Arbitrary<AcquireOptions> {
  const { signal: _, metadata: __, attemptId: ___, within: ____, ...durations } = of;
  const record = fc.record(
    Object.fromEntries(
      Object.entries(durations).map(([key, { values, good }]) => [
        key,
        values.filter((value) => good(value)),
      ]),
    ),
    { requiredKeys: [] },
  );
  return record.filter((options) => holds(options, {})) as fc.Arbitrary<AcquireOptions>;
}

const whole = fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
/** Answers that scripts could give, however unlikely: grants, and numbers about those who are before. */
const answers = fc.oneof(
  fc
    .tuple(whole, fc.nat({ max: 86_400_000 }), whole)
    .map(([fence, ms, now]) => ["granted", fence + 1, ms, "owner", now]),
  fc
    .tuple(fc.constantFrom("queued", "held", "full"), whole, whole, whole, whole)
    .map(([word, ...numbers]) => [word, ...numbers]),
  fc.constant(["ended"]),
);

describe("timers", () => {
  it("are never set for a time that is negative, no number, or longer than any platform's timer", async () => {
    const scene = fc.record({
      timeoutMs: fc.constantFrom(1, 5000, 2_147_483_647),
      options: goodOptions(limits.acquire),
      held: goodOptions(limits.tryAcquire),
      answers: fc.array(answers, { minLength: 1, maxLength: 5 }),
      streams: fc.boolean(),
      ms: fc.integer({ min: 0, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ timeoutMs, options, held, answers, streams, ms }) => {
        const clock = watchedClock();
        let asked = 0;
        const fetch: typeof globalThis.fetch = async (url) => {
          if (!String(url).includes("/subscribe/"))
            return Response.json({ result: answers[asked++ % answers.length] });
          const channel = new URL(String(url)).pathname.slice("/subscribe/".length);
          return streams
            ? new Response(`data: subscribe,${channel},1\ndata: message,${channel},ask\n`)
            : new Response("", { status: 404 });
        };
        const store = restStore({ url: "http://127.0.0.1:1", token: "t", fetch, clock, timeoutMs });
        const locks = createLocks({ store, clock });
        const stop = new AbortController();
        const { signal } = stop;
        const work = [
          locks.acquire("a", { ...options, signal }),
          locks.tryAcquire("b", { ...held, signal }),
          locks.readWrite("c").read.acquire({ ...options, signal }),
          locks.election("d").campaign({ signal }),
        ];
        const over = Promise.allSettled(work);
        await clock.advance(ms);
        stop.abort();
        await clock.advance(10);
        await over;
        expect(clock.badDelays).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
