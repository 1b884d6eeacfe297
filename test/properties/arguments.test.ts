import { createLocks, type LeaseJSON } from "@holdfast/core";
import { manualClock } from "@holdfast/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { fateOf, type Refusing, refusing } from "./fate.ts";
import { type Limit, whole } from "./limits.ts";
import { anything, names } from "./values.ts";

expectNoUnhandledRejection();

const bad = (value: unknown) => value as never;
const PLAIN = /^[A-Za-z0-9_.:-]{8,128}$/;

/** What `lease.toJSON()` gave in another process. */
const leaseJson: LeaseJSON = {
  version: 1,
  name: "name",
  mode: "exclusive",
  owner: "owner-of-the-lease",
  attemptId: "attempt-of-the-lease",
  fence: 7,
  acquiredAt: 1000,
  expiresAt: 31_000,
  ttlMs: 30_000,
};

describe("P12 arguments", () => {
  interface Argument extends Limit {
    readonly call: (client: Refusing, value: unknown) => Promise<unknown>;
  }
  const isName = (value: unknown) => typeof value === "string" && value.length > 0 && value.length <= 512;
  const given = (limit: Limit): Limit => ({
    values: fc.oneof(
      { weight: 20, arbitrary: limit.values },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    good: (value) => value === undefined || limit.good(value),
  });
  const never = (values: fc.Arbitrary<unknown>): Limit => ({ values, good: () => false });
  const listOfNames: Limit = {
    values: fc.oneof(
      fc.array(names, { maxLength: 4 }),
      fc.integer({ min: 98, max: 102 }).map((length) => Array.from({ length }, (_, i) => `name-${i}`)),
      fc.array(fc.oneof(names, anything), { maxLength: 3 }),
      anything,
    ),
    // Spread, since `every` passes over holes.
    good: (value) =>
      Array.isArray(value) && value.length > 0 && value.length <= 100 && [...value].every(isName),
  };
  const args: Record<string, Argument> = {
    "extend(ttlMs)": {
      ...given(whole(10, 86_400_000)),
      call: async ({ locks }, value) => locks.adopt(leaseJson).extend(bad(value)),
    },
    "countDown(n)": {
      ...given(whole(1, 100_000)),
      call: ({ locks }, value) => locks.latch("name", { count: 2 }).countDown(bad(value)),
    },
    "resize(permits)": {
      ...whole(1, 1_000_000),
      call: ({ locks }, value) => locks.semaphore("name", { permits: 2 }).resize(bad(value)),
    },
    "acquireAll(names)": { ...listOfNames, call: ({ locks }, value) => locks.acquireAll(bad(value)) },
    "request(name, fn)": {
      ...never(anything.filter((value) => typeof value !== "function")),
      call: ({ locks }, value) => locks.request("name", bad(value)),
    },
    "write.request(options, fn)": {
      ...never(anything.filter((value) => typeof value !== "function")),
      call: ({ locks }, value) => locks.readWrite("name").write.request({}, bad(value)),
    },
    "downgrade(lease)": {
      ...never(fc.oneof(fc.constant(leaseJson), anything)),
      call: ({ locks }, value) => locks.readWrite("name").downgrade(bad(value)),
    },
    "upgrade(lease)": {
      ...never(fc.oneof(fc.constant(leaseJson), anything)),
      call: ({ locks }, value) => locks.readWrite("name").upgrade(bad(value)),
    },
    "guard.set(key, value)": {
      values: fc.oneof(fc.string(), anything),
      good: (value) => typeof value === "string",
      call: ({ guard }, value) => guard.set("key", bad(value), { fence: 1 }),
    },
  };

  it.each(Object.entries(args))(
    "%s takes what its limits say; anything else is a mistake and sends nothing",
    async (_, { values, good, call }) => {
      const client = refusing();
      await fc.assert(
        fc.asyncProperty(values, async (value) => {
          const fate = await fateOf(client, () => call(client, value));
          expect(fate).toBe(good(value) ? "sent" : "refused");
        }),
        { numRuns: 250 },
      );
    },
  );

  const isWhole = (value: unknown) => whole(0, Number.MAX_SAFE_INTEGER).good(value);
  const fields: Record<string, (value: unknown) => boolean> = {
    version: (value) => value === 1,
    name: isName,
    mode: (value) => value === "exclusive" || value === "shared",
    owner: (value) => typeof value === "string" && PLAIN.test(value),
    attemptId: (value) => typeof value === "string" && PLAIN.test(value),
    fence: isWhole,
    acquiredAt: isWhole,
    expiresAt: isWhole,
    ttlMs: (value) => whole(10, 86_400_000).good(value),
    names: (value) => value === undefined || (listOfNames.good(value) && (value as unknown[]).length === 1),
    fences: (value) =>
      value === undefined || (Array.isArray(value) && value.length === 1 && [...value].every(isWhole)),
  };

  it("adopt() takes what is a lease's JSON in every field, and nothing else", async () => {
    const client = refusing();
    const value = fc.oneof(
      whole(0, 86_400_000).values,
      names,
      listOfNames.values,
      fc.array(fc.nat(), { maxLength: 2 }),
      fc.constant(Array(1)),
    );
    const field = fc.constantFrom(...Object.keys(fields));
    await fc.assert(
      fc.asyncProperty(field, value, async (field, value) => {
        const json = { ...leaseJson, [field]: value };
        const call = async () => {
          const lease = client.locks.adopt(json);
          expect(lease.remainingMs()).toBe(0);
          expect(Number.isSafeInteger(lease.fence)).toBe(true);
          expect(Number.isFinite(lease.expiresAt)).toBe(true);
          expect(client.locks.adopt(JSON.parse(JSON.stringify(lease))).names).toEqual(lease.names);
          await lease.release();
        };
        expect(await fateOf(client, call)).toBe(fields[field]?.(value) ? "sent" : "refused");
      }),
      { numRuns: 1000 },
    );
  });

  it("adopt() refuses fences with a hole, of which it made a fence that is NaN", () => {
    const { locks } = refusing();
    expect(() => locks.adopt({ ...leaseJson, fences: Array(1) })).toThrow(/fence/);
  });

  it("adopt() takes nothing that is no lease's JSON at all", async () => {
    const clock = manualClock();
    const locks = createLocks({ store: { run: () => expect.fail("sent") }, clock });
    fc.assert(
      fc.property(anything, (value) => {
        expect(() => locks.adopt(value)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
