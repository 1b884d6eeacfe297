import { beforeAll, describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { watchedClock } from "./clocks.ts";
import { expectStable, settled } from "./judge.ts";
import { answering, calls, clientOf, type Recorded, recordReplies } from "./recorded-replies.ts";

expectNoUnhandledRejection();

let recorded: Recorded;
beforeAll(async () => {
  recorded = await recordReplies();
});

/** The calls that share a script read its answers alike: the first of them meets one of each shape, the others the last. */
function bodiesFor(call: string, script: string): string[] {
  const bodies = recorded.get(script) ?? [];
  if (Object.entries(calls).find(([, other]) => other.script === script)?.[0] !== call)
    return bodies.slice(-1);
  return [...new Map(bodies.map((body) => [body.replace(/\d+/g, "0"), body])).values()];
}

describe("P4 answers that were cut short", () => {
  it.each(Object.entries(calls))(
    "%s: at whatever byte, the answer is none, and nothing is made of it",
    async (name, { script, run }) => {
      for (const whole of bodiesFor(name, script)) {
        const bytes = new TextEncoder().encode(whole);
        for (let length = 0; length < bytes.length; length++) {
          const clock = watchedClock();
          const fetch = answering(recorded, script, () => bytes.slice(0, length));
          const outcome = await settled(clock, run(clientOf({ fetch, clock, retry: { retries: 0 } })));
          const what = `${length} bytes of ${whole}`;
          if ("value" in outcome) expect.fail(`${what} gave a value`);
          expect(expectStable(outcome.error).code, what).toBe("unavailable");
          expect(clock.badDelays).toEqual([]);
        }
      }
    },
  );

  it.each(Object.entries(calls))("%s: whole, every answer says something", async (name, { script, run }) => {
    // A candidate waits for ever, and who waits for several names needs more answers than this one.
    const waits = { campaign: /held|queued|full|ended/, acquireAll: /held/ }[name];
    const bodies = (recorded.get(script) ?? []).filter((body) => !waits?.test(body));
    let values = 0;
    for (const body of bodies) {
      const clock = watchedClock();
      const fetch = answering(recorded, script, () => body);
      const outcome = await settled(clock, run(clientOf({ fetch, clock })));
      if ("value" in outcome) values++;
      else expect(expectStable(outcome.error).code, body).not.toBe("unavailable");
    }
    expect(values).toBeGreaterThan(0);
  });
});
