import type { Json } from "@holdfast/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { onEveryEngine } from "./support/fixture.ts";

/** What a byte-wise pattern might take for a blank, an end or a separator. */
const awkward = fc.string({
  unit: fc.constantFrom(..." \t\n\v\f\r\0-+,:%\\\"'{}[]\u0085\u00a0\u1680\u2003\u2028\u3000\ufeff\ud800é🔒"),
});
const metadata = fc
  .oneof(fc.jsonValue(), awkward, fc.dictionary(awkward, awkward))
  .filter((value) => JSON.stringify(value).length <= 1024);

onEveryEngine("metadata", (f) => {
  it("comes back from inspect() as JSON would give it, whatever is in it", async () => {
    const name = f.name();
    const { locks } = f.client();
    await fc.assert(
      fc.asyncProperty(metadata, async (value) => {
        const lease = await locks.acquire(name, { metadata: value as Json });
        const [holder] = (await locks.inspect(name)).holders;
        expect(holder?.metadata).toEqual(JSON.parse(JSON.stringify(value)));
        expect(holder?.fence).toBe(lease.fence);
        expect(await lease.release()).toBe("released");
      }),
      { numRuns: 60 },
    );
  });

  it("of somebody who waits is shown too, and none is undefined", async () => {
    const name = f.name();
    const holder = await f.client().locks.acquire(name);
    const { locks } = f.client();
    const waiting = locks.acquire(name, { metadata: { job: "a b" } });
    await expect
      .poll(async () => (await locks.inspect(name)).waiters, { timeout: 5000 })
      .toMatchObject([{ position: 1, metadata: { job: "a b" } }]);
    expect((await locks.inspect(name)).holders[0]?.metadata).toBeUndefined();
    await holder.release();
    await (await waiting).release();
  });
});
