import { HoldfastError } from "@holdfast/core";
import { expect, test, vi } from "vitest";
import { toProblem } from "./errors.ts";

const SECRET = "secret-of-a-caller";

test("500 for what should not happen; the log says where, and neither says what was sent", () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const problem = toProblem(new TypeError(`cannot read ${SECRET}\nand more ${SECRET}`));
  expect(problem).toMatchObject({ status: 500, code: "internal" });
  expect(problem.message).not.toContain(SECRET);
  expect(log).toHaveBeenCalledOnce();
  const logged = log.mock.calls.flat().join("\n");
  expect(logged).toMatch(/^unexpected\nTypeError\n\s+at /);
  expect(logged).not.toContain(SECRET);
  expect(toProblem(SECRET).message).not.toContain(SECRET);
  expect(log.mock.calls.flat().join("\n")).not.toContain(SECRET);
  log.mockRestore();
});

test.each([
  ["invalid-argument", 422, "invalid-argument"],
  ["lost", 409, "lost"],
  ["attempt-ended", 409, "attempt-ended"],
  ["kind-mismatch", 409, "kind-mismatch"],
  ["unavailable", 503, "unavailable"],
  ["unauthorized", 503, "misconfigured"],
  ["refused", 503, "refused"],
] as const)("the SDK's code %s is %i %s", (code, status, expected) => {
  expect(toProblem(new HoldfastError(code, "text"))).toMatchObject({ status, code: expected });
});
