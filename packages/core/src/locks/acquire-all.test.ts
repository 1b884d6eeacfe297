import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkNames } from "./acquire-all.ts";

const names = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: "binary" }), {
  minLength: 1,
  maxLength: 100,
});

describe("checkNames", () => {
  it("gives each name once, in the same order to everybody", () => {
    fc.assert(
      fc.property(names, fc.array(fc.nat()), (names, swaps) => {
        const shuffled = [...names, ...names].slice(0, 100);
        for (const [i, j] of swaps.entries()) {
          const [a, b] = [i % shuffled.length, j % shuffled.length];
          [shuffled[a], shuffled[b]] = [shuffled[b] as string, shuffled[a] as string];
        }
        fc.pre(new Set(shuffled).size === new Set(names).size);
        expect(checkNames(shuffled)).toEqual(checkNames(names));
        expect(new Set(checkNames(names))).toEqual(new Set(names));
        expect(checkNames(names).length).toBe(new Set(names).size);
      }),
    );
  });

  it("does not change the list it was given", () => {
    const given = ["b", "a", "b"];
    expect(checkNames(given)).toEqual(["a", "b"]);
    expect(given).toEqual(["b", "a", "b"]);
  });

  it("refuses what is no list of 1 to 100 names", () => {
    for (const value of [undefined, null, "a", 1, {}, [], Array(101).fill("a"), new Set(["a"])])
      expect(() => checkNames(value)).toThrow(/array of 1 to 100 names/);
    for (const value of [[""], ["a", 1], [undefined], ["a", "x".repeat(513)]])
      expect(() => checkNames(value)).toThrow(/lock name/);
  });
});
