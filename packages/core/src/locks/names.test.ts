import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_NAME_LENGTH } from "./limits.ts";
import { checkName, checkNamespace, encodeName, keyPattern, keysOf, nameOf } from "./names.ts";

/** Any sequence of UTF-16 units, with those that matter here more often than chance would have them. */
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0xd800, max: 0xdfff }),
  fc.integer({ min: 0, max: 0xa0 }),
  fc.constantFrom(...[..."%{}*?[]\\: 0d8af"].map((character) => character.charCodeAt(0))),
);
const anyName = fc
  .array(unit, { minLength: 1, maxLength: MAX_NAME_LENGTH, size: "max" })
  .map((units) => String.fromCharCode(...units));

/** What Redis Cluster hashes of a key (Redis Cluster specification, "Hash tags"). */
function hashTag(key: string): string {
  const open = key.indexOf("{");
  const close = key.indexOf("}", open + 1);
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
}

/** Redis' glob, as far as the patterns use it: `*`, and a backslash before what is meant as it is. */
function glob(pattern: string): RegExp {
  const source = pattern.replace(/\\(.)|(\*)|([\s\S])/gu, (_, escaped, star, plain) =>
    star ? "[\\s\\S]*" : (escaped ?? plain).replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"),
  );
  return new RegExp(`^${source}$`);
}

describe("names", () => {
  it("every name has a key of its own, from which the name can be read again", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(nameOf("holdfast", keysOf("holdfast", name)[0] ?? "")).toBe(name);
      }),
    );
  });

  it("two names never share a key, of whatever part", () => {
    fc.assert(
      fc.property(anyName, anyName, (one, two) => {
        fc.pre(one !== two);
        const keys = [...keysOf("holdfast", one), ...keysOf("holdfast", two)];
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it("names that differ by an escape stay apart", () => {
    const names = [
      "a b",
      "a%0020b",
      "a%2500020b",
      "%",
      "%0025",
      "{}",
      "%007b%007d",
      "\ud800",
      "%d800",
      "\udc00",
    ];
    expect(new Set(names.map(encodeName)).size).toBe(names.length);
  });

  it("a key survives JSON and UTF-8, and has no blank or control in it", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        for (const key of keysOf("holdfast", name)) {
          const bytes = new TextEncoder().encode(JSON.stringify(key));
          expect(JSON.parse(new TextDecoder().decode(bytes))).toBe(key);
          expect(key).not.toMatch(/[\s\p{Cc}]/u);
        }
      }),
    );
  });

  it("the hash tag of every key of a name is exactly the encoded name", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        for (const key of keysOf("name.space:1", name)) expect(hashTag(key)).toBe(encodeName(name));
      }),
    );
  });

  it("a plain name is readable in its key", () => {
    expect(keysOf("app", "invoice:42/émile-🔒")[0]).toBe("app:{invoice:42/émile-🔒}");
  });

  it("a pattern finds the names that begin with its prefix, and no others", () => {
    fc.assert(
      fc.property(anyName, fc.nat({ max: 20 }), anyName, (name, length, other) => {
        const prefix = name.slice(0, length);
        const pattern = glob(keyPattern("app", prefix));
        const [key = ""] = keysOf("app", name);
        const [otherKey = ""] = keysOf("app", other);
        // A pair that the prefix cuts in half is two other units in the key.
        const cut =
          /[\ud800-\udbff]$/.test(prefix) &&
          encodeName(prefix) !== encodeName(name).slice(0, encodeName(prefix).length);
        if (!cut) expect(pattern.test(key)).toBe(true);
        if (!encodeName(other).startsWith(encodeName(prefix))) expect(pattern.test(otherKey)).toBe(false);
        for (const part of keysOf("app", name).slice(1)) expect(pattern.test(part)).toBe(false);
      }),
    );
  });
});

describe("checkName", () => {
  it("takes 1 to 512 UTF-16 units of anything", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        checkName(name);
      }),
    );
  });

  it("refuses everything else", () => {
    const others = fc.anything().filter((value) => typeof value !== "string");
    fc.assert(
      fc.property(others, (value) => {
        expect(() => checkName(value)).toThrow(/must be a string/);
      }),
    );
    expect(() => checkName("")).toThrow(/empty/);
    expect(() => checkName("x".repeat(513))).toThrow(/512/);
  });
});

describe("checkNamespace", () => {
  it("takes 1 to 64 plain characters, and nothing that could be taken for a hash tag", () => {
    for (const good of ["a", "holdfast", "Team_1.prod:eu-1", "x".repeat(64)])
      expect(() => checkNamespace(good)).not.toThrow();
    for (const bad of ["", "x".repeat(65), "a b", "a{b}", "a\n", "é", "*", 1, undefined, null])
      expect(() => checkNamespace(bad)).toThrow(/namespace must be 1 to 64/);
  });
});
