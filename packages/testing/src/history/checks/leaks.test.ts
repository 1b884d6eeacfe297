import { expect, it } from "vitest";
import { end } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

it("the server keeps nothing in the end", () => {
  expect(verdict("leaks", [end(10)])).toEqual([]);
  expect(verdict("leaks", [end(10, 2)])).toEqual([
    "the server still has 2 keys after everything ended and ran out",
  ]);
  expect(verdict("leaks", [])).toEqual([]);
});
