import { inspect } from "node:util";
import {
  createGuard,
  createLocks,
  HoldfastError,
  parseRetryPolicy,
  restStore,
  systemClock,
} from "@holdfast/core";
import { createMutexes } from "@holdfast/core/mutex";
import { manualClock } from "@holdfast/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as limits from "./limits.ts";
import { anything, namespaces, SECRET } from "./values.ts";
import { holds } from "./verbs.ts";

/** Makes something, and tells whether that went well or was a mistake; fails for any other error. */
function accepts(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError);
    expect((error as HoldfastError).code).toBe("invalid-argument");
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
    return false;
  }
}

const isFunction = (value: unknown) => typeof value === "function";
const functions: limits.Limit = {
  values: fc.oneof(
    fc.constant(() => SECRET),
    anything,
  ),
  good: isFunction,
};
const store: limits.Limit = {
  values: fc.oneof(
    fc.constantFrom<unknown[]>({ run: async () => null }, { run: SECRET }, () => {}),
    anything,
  ),
  good: (value) => isFunction((value as { run?: unknown } | null)?.run),
};
const clock: limits.Limit = {
  values: fc.oneof(
    fc.constantFrom<unknown[]>(systemClock, manualClock(), { ...systemClock, wall: 5 }, {}),
    anything,
  ),
  good: (value) =>
    isFunction((value as typeof systemClock | null)?.now) && isFunction((value as typeof systemClock).wall),
};
const namespace: limits.Limit = {
  values: fc.oneof(
    namespaces,
    fc.string({ maxLength: 70 }),
    fc.constantFrom("", `${SECRET}{}`, "a\n"),
    anything,
  ),
  good: (value) => typeof value === "string" && /^[A-Za-z0-9_.:-]{1,64}$/.test(value),
};
const defaults: limits.Limit = {
  values: limits.optionsOf(limits.defaults),
  good: (value) => limits.fits(limits.defaults, value) && holds(value as never, {}),
};
const url: limits.Limit = {
  values: fc.oneof(
    fc.webUrl(),
    fc.webUrl({
      withQueryParameters: true,
      withFragments: true,
      validSchemes: ["http", "https", "redis", "ftp"],
    }),
    fc.constantFrom(
      `https://${SECRET}@host`,
      `https://user:${SECRET}@host`,
      `https://host/?_token=${SECRET}`,
      "host",
    ),
    fc.string(),
    anything,
  ),
  good(value) {
    try {
      const { protocol, username, password, search, hash } = new URL(value as string);
      return /^https?:$/.test(protocol) && !username && !password && !search && !hash;
    } catch {
      return false;
    }
  },
};
const token: limits.Limit = {
  values: fc.oneof(
    fc.base64String({ minLength: 1 }),
    fc.string(),
    fc.constantFrom(`${SECRET}\n`, `Bearer ${SECRET}`),
    anything,
  ),
  good: (value) => typeof value === "string" && /^[\x21-\x7e]+$/.test(value) && !value.endsWith("\n"),
};
const retry: limits.Limit = {
  values: limits.optionsOf(limits.retry),
  good: (value) => limits.fits(limits.retry, value),
};

interface Maker {
  readonly takes: limits.Limits;
  /** Those without which it cannot be made, and something good in their place. */
  readonly needs: Readonly<Record<string, unknown>>;
  readonly make: (options: never) => unknown;
  /** Whether it can be made of nothing. */
  readonly optional?: boolean;
}
const ofLocks = { store, namespace, defaults, onEvent: functions, waitUntil: functions, clock };
const working = { store: { run: async () => null } };
const makers: Record<string, Maker> = {
  createLocks: { takes: ofLocks, needs: working, make: createLocks },
  createMutexes: { takes: ofLocks, needs: working, make: createMutexes },
  createGuard: { takes: { store, clock, ...limits.guard }, needs: working, make: createGuard },
  parseRetryPolicy: { takes: limits.retry, needs: {}, make: parseRetryPolicy, optional: true },
  restStore: {
    takes: { url, token, fetch: functions, timeoutMs: limits.timeoutMs, retry, clock },
    needs: { url: "https://example.com", token: "token" },
    make: restStore,
  },
};

describe("P12 set-up", () => {
  it.each(Object.entries(makers))(
    "%s takes what its limits say; anything else is a mistake",
    (_, { takes, needs, make, optional }) => {
      const seen = { true: 0, false: 0 };
      fc.assert(
        fc.property(limits.optionsOf(takes), (given) => {
          const filled = limits.isRecord(given) ? { ...given } : given;
          // What it cannot do without is rarely left out, so that it can often be made.
          if (limits.isRecord(filled) && Object.keys(filled).length % 8 > 0)
            for (const [key, value] of Object.entries(needs))
              if (filled[key] === undefined) filled[key] = value;
          const complete = () => Object.keys(needs).every((key) => (filled as never)[key] !== undefined);
          const good = given === undefined ? optional === true : limits.fits(takes, filled) && complete();
          expect(accepts(() => make(filled as never))).toBe(good);
          seen[`${good}`]++;
        }),
        { numRuns: 500 },
      );
      expect(Math.min(seen.true, seen.false)).toBeGreaterThan(20);
    },
  );
});
