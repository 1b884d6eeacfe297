import type { Locks } from "@holdfast/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { names } from "./values.ts";

/** Every page of a list, from the first to the last. */
async function listed(locks: Locks, prefix: string, limit: number): Promise<string[]> {
  const found = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await locks.list({ prefix, limit, ...(cursor !== undefined && { cursor }) });
    for (const { name, held } of page.locks) {
      expect(held).toBe(true);
      found.add(name);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return [...found].sort();
}

onEveryEngine("P11 names that are listed", (f) => {
  let spaces = 0;

  it("list() gives back every name as it was, and with a prefix those that begin with it", async () => {
    /** What a pattern would take for something else. */
    const globs = fc.stringMatching(/^[ab*?[\]\\^!-]{1,4}$/);
    const scene = fc.record({
      all: fc.uniqueArray(fc.oneof(names, globs), { minLength: 4, maxLength: 12 }),
      begin: fc.oneof(fc.record({ pick: fc.nat(), length: fc.nat({ max: 6 }) }), globs),
      limit: fc.integer({ min: 10, max: 1000 }),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ all, begin, limit }) => {
        // What a namespace holds that begins the same must not show.
        const namespace = `listed-${++spaces}`;
        const { locks } = f.client({ namespace });
        const { locks: other } = f.client({ namespace: `${namespace}:x` });
        await other.acquire(all[0] ?? "");
        const lease = await locks.acquireAll(all);
        expect(await listed(locks, "", limit)).toEqual([...all].sort());

        const prefix =
          typeof begin === "string" ? begin : (all[begin.pick % all.length] ?? "").slice(0, begin.length);
        const begins = all.filter((name) => name.startsWith(prefix));
        // Half of a pair is another character in a key than the pair, so it begins no name that has the whole.
        const whole = begins.filter(
          (name) => !/^[\ud800-\udbff][\udc00-\udfff]/.test(name.slice(prefix.length - 1)),
        );
        expect(await listed(locks, prefix, limit)).toEqual((prefix === "" ? begins : whole).sort());
        expect(await lease.release()).toBe("released");
      }),
      { numRuns: 20 },
    );
  });
});
