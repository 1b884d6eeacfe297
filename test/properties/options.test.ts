import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { type Fate, fateOf, refusing } from "./fate.ts";
import * as limits from "./limits.ts";
import { expected, holds, type Options, type Verb, verbs } from "./verbs.ts";

expectNoUnhandledRejection();

/** Whether they can be the defaults of a client. */
function fitsAsDefaults(defaults: unknown): boolean {
  return (
    defaults === undefined ||
    (limits.fits(limits.defaults, defaults) && holds(defaults as Options, {}) === true)
  );
}

describe("P12 options", () => {
  it.each(Object.entries(verbs))(
    "%s takes what its limits say; anything else is a mistake and sends nothing",
    async (_, verb) => {
      const client = refusing();
      const fates = new Map<Fate, number>();
      await fc.assert(
        fc.asyncProperty(limits.optionsOf(verb.takes), async (options) => {
          const fate = await fateOf(client, () => verb.call(client, options));
          expect(fate).toBe(expected(verb, options, {}));
          fates.set(fate, (fates.get(fate) ?? 0) + 1);
        }),
        { numRuns: 250 },
      );
      // A property over mistakes only, or over none, would say nothing.
      for (const fate of ["sent", "refused"] as const) expect(fates.get(fate) ?? 0, fate).toBeGreaterThan(20);
    },
  );

  it.each(["acquire", "campaign"])("%s is checked with the client's defaults filled in", async (verb) => {
    const { call, takes, ...rest } = verbs[verb] as Verb;
    await fc.assert(
      fc.asyncProperty(
        limits.optionsOf(limits.defaults).filter((defaults) => fitsAsDefaults(defaults)),
        limits.optionsOf(takes),
        async (defaults, options) => {
          const client = refusing(defaults as object);
          const fate = await fateOf(client, () => call(client, options));
          expect(fate).toBe(expected({ call, takes, ...rest }, options, (defaults ?? {}) as object));
        },
      ),
      { numRuns: 250 },
    );
  });

  it.each([
    ["acquire", { within: null }],
    ["acquire", { within: "" }],
    ["acquireAll", { within: 0 }],
    ["acquire", { ttlMs: null }],
    ["tryAcquire", { renew: null }],
    ["acquireAll", null],
    ["campaign", { maxHoldMs: null }],
    ["latch.wait", { waitMs: null }],
    ["acquire", { signal: new EventTarget() }],
    ["guard.set", { fence: 1, signal: new EventTarget() }],
    ["guard.delete", { fence: 1, signal: "stop" }],
  ])("%s refuses %o, which once passed or was a TypeError", async (verb, options) => {
    const client = refusing();
    expect(await fateOf(client, () => (verbs[verb] as Verb).call(client, options))).toBe("refused");
  });
});
