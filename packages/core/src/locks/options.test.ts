import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HoldfastError } from "../errors.ts";
import { DAY_MS, MIN_TTL_MS } from "./limits.ts";
import { type AcquireOptions, checkDefaults, checkTtl, type ParsedOptions, parseOptions } from "./options.ts";

const parse = (given?: object, defaults: object = {}, renew = false) =>
  parseOptions(given as AcquireOptions, defaults, renew);

/** The value is taken as it is within the limits, and refused as a mistake beyond them, whatever it is. */
function expectLimits(
  option: keyof ParsedOptions & string,
  min: number,
  max: number,
  known: object = {},
): void {
  const value = fc.oneof(
    fc.anything(),
    fc.integer(),
    fc.integer({ min: min - 2, max: min + 2 }),
    fc.integer({ min: max - 2, max: max + 2 }),
    fc.double(),
  );
  fc.assert(
    fc.property(value, (value) => {
      fc.pre(value !== undefined && value !== null);
      const good = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
      let parsed: unknown;
      try {
        parsed = parse({ ...known, [option]: value })[option];
      } catch (error) {
        expect(error).toBeInstanceOf(HoldfastError);
        expect((error as HoldfastError).code).toBe("invalid-argument");
        expect((error as HoldfastError).message).toContain(`${option} must be a whole number`);
        expect(good).toBe(false);
        return;
      }
      expect(good || (option === "waitMs" && value === Number.POSITIVE_INFINITY)).toBe(true);
      expect(parsed).toBe(value);
    }),
  );
}

describe("parseOptions", () => {
  it("fills in the defaults", () => {
    expect(parse()).toEqual({
      ttlMs: 30_000,
      waitMs: 10_000,
      maxHoldMs: 0,
      signal: undefined,
      metadata: undefined,
      metadataJson: "",
      attemptId: undefined,
      within: undefined,
      lockDelayMs: 0,
      fair: true,
      maxWaiters: 0,
      maxRequests: Number.POSITIVE_INFINITY,
      claimMs: 2000,
      steal: false,
      onPlace: undefined,
    });
  });

  it("takes the client's defaults before its own, and what is given before both", () => {
    const defaults = { ttlMs: 5000, waitMs: 100, renew: true, fair: false };
    expect(parse({}, defaults)).toMatchObject({ ttlMs: 5000, waitMs: 100, maxHoldMs: DAY_MS, fair: false });
    expect(parse({ ttlMs: 6000, renew: false }, defaults)).toMatchObject({
      ttlMs: 6000,
      waitMs: 100,
      maxHoldMs: 0,
    });
  });

  it("takes undefined for not given", () => {
    const nothing = Object.fromEntries(Object.keys(parse()).map((option) => [option, undefined]));
    const { metadataJson: _, maxHoldMs: __, ...options } = nothing;
    expect(parse({ ...options, renew: undefined })).toEqual(parse());
    const defaults = { ttlMs: 5000, waitMs: 100, renew: { maxHoldMs: 7000 }, fair: false, claimMs: 500 };
    expect(parse({ ...options, renew: undefined }, defaults)).toEqual(parse({}, defaults));
  });

  it("keeps every duration and number within its limits", () => {
    expectLimits("ttlMs", MIN_TTL_MS, DAY_MS);
    expectLimits("waitMs", 0, 2_147_483_647);
    expectLimits("lockDelayMs", 0, DAY_MS);
    expectLimits("claimMs", 100, 60_000);
    expectLimits("maxWaiters", 1, 1_000_000);
    expectLimits("maxRequests", 2, 1_000_000);
  });

  it("waits for ever if told so", () => {
    expect(parse({ waitMs: Number.POSITIVE_INFINITY }).waitMs).toBe(Number.POSITIVE_INFINITY);
  });

  it("renews for a day unless told otherwise, and never for less than one TTL", () => {
    expect(parse({ renew: true }).maxHoldMs).toBe(DAY_MS);
    expect(parse({}, {}, true).maxHoldMs).toBe(DAY_MS);
    expect(parse({ renew: false }, {}, true).maxHoldMs).toBe(0);
    expect(parse({ ttlMs: 1000, renew: { maxHoldMs: 1000 } }).maxHoldMs).toBe(1000);
    expect(() => parse({ ttlMs: 1000, renew: { maxHoldMs: 999 } })).toThrow(/at least ttlMs/);
  });

  it("encodes metadata of at most 1,024 characters, whatever JSON can carry", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (metadata) => {
        const json = JSON.stringify(metadata);
        if (json.length > 1024) expect(() => parse({ metadata })).toThrow(/1024/);
        else expect(parse({ metadata }).metadataJson).toBe(json);
      }),
    );
    expect(parse({ metadata: "x".repeat(1022) }).metadataJson.length).toBe(1024);
    expect(() => parse({ metadata: "x".repeat(1023) })).toThrow(/1024/);
  });

  it("takes attempt ids of 8 to 128 plain characters", () => {
    for (const attemptId of ["12345678", "a".repeat(128), "job:2026-01-01.7_x"])
      expect(parse({ attemptId }).attemptId).toBe(attemptId);
    for (const attemptId of ["1234567", "a".repeat(129), "with blank", "ü-mlauts", "12345678\n"])
      expect(() => parse({ attemptId })).toThrow(/attemptId must be 8 to 128/);
  });

  it("fails only with mistakes of the caller, whatever it is given", () => {
    const keys = [...Object.keys(parse()), "renew", "ttl"];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), fc.anything()), (options) => {
        try {
          parse(options);
        } catch (error) {
          expect((error as HoldfastError).code).toBe("invalid-argument");
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("checkDefaults", () => {
  it("checks them as if they were given to a call", () => {
    expect(checkDefaults(undefined)).toEqual({});
    expect(() => checkDefaults({ ttlMs: 1 })).toThrow(/ttlMs/);
    expect(() => checkDefaults({ metadata: "x" } as object)).toThrow(/unknown default "metadata"/);
    expect(() => checkDefaults({ attemptId: "attempt-1" } as object)).toThrow(/unknown default/);
  });
});

describe("checkTtl", () => {
  it("names the limits", () => {
    expect(checkTtl(10)).toBe(10);
    expect(() => checkTtl(9.5)).toThrow(
      "ttlMs must be a whole number of milliseconds from 10 to 86400000, not 9.5.",
    );
  });
});
