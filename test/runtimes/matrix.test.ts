import { describe, expect, test } from "vitest";
import { cellOf, matrix, type Run } from "./matrix.ts";

const run = (more: Partial<Run> = {}): Run => ({
  name: "Node 99",
  version: "99.1.0",
  seconds: 7,
  lacks: {},
  missing: undefined,
  reports: [],
  error: undefined,
  ...more,
});
const ok = { name: "acquire", outcome: "ok", ms: 5 } as const;
const notThere = { name: "acquire", outcome: "not there", ms: 0, detail: "SyntaxError" } as const;
const lacks = { acquire: "it has no locks" };

describe("a cell is", () => {
  test("ok when the scenario ran well", () => {
    expect(cellOf(run({ reports: [ok] }), "acquire", true)).toMatchObject({ outcome: "ok" });
  });

  test("not there only where that was said before", () => {
    const reports = [notThere];
    expect(cellOf(run({ reports, lacks }), "acquire", true)).toEqual({
      outcome: "not there",
      detail: lacks.acquire,
    });
    expect(cellOf(run({ lacks }), "acquire", true)).toMatchObject({ outcome: "not there" });
    expect(cellOf(run({ reports }), "acquire", true)).toEqual({ outcome: "failed", detail: "SyntaxError" });
  });

  test("failed when it works although it is said not to be there", () => {
    expect(cellOf(run({ reports: [ok], lacks }), "acquire", true)).toMatchObject({ outcome: "failed" });
  });

  test("failed when nobody ran it, and when the runtime ended before it", () => {
    expect(cellOf(run(), "acquire", false)).toEqual({ outcome: "failed", detail: "was not run" });
    const error = "ended with 1";
    for (const more of [{ error }, { error, lacks }])
      expect(cellOf(run(more), "acquire", false)).toEqual({
        outcome: "failed",
        detail: "was not run: ended with 1",
      });
  });

  test("failed without the runtime where all must run, and not there elsewhere", () => {
    const missing = "it is not installed";
    expect(cellOf(run({ missing }), "acquire", true)).toEqual({ outcome: "failed", detail: missing });
    expect(cellOf(run({ missing }), "acquire", false)).toEqual({ outcome: "not there", detail: missing });
  });
});

describe("the matrix", () => {
  const rows = ["acquire", "renew"];
  const both = rows.map((name) => ({ ...ok, name }));

  test("has a column for each runtime, a row for each scenario, and the reasons below", () => {
    const runs = [
      run({ reports: both }),
      run({ name: "Other", version: "", missing: "it is not installed" }),
      run({ name: "Third", reports: [ok, { ...notThere, name: "renew", outcome: "failed" }] }),
    ];
    const { text, failed } = matrix(rows, runs, false);
    expect(failed).toBe(1);
    expect(text).toBe(
      [
        "         Node 99  Other      Third",
        "         99.1.0   –          99.1.0",
        "         7 s      7 s        7 s",
        "acquire  ok       not there  ok",
        "renew    ok       not there  FAILED",
        "",
        "not there:",
        "  Other: everything: it is not installed",
        "",
        "failed:",
        "  Third: renew: SyntaxError",
      ].join("\n"),
    );
  });

  test("fails for a runtime that ended badly, even after it had run everything", () => {
    expect(matrix(rows, [run({ reports: both })], true).failed).toBe(0);
    const { text, failed } = matrix(rows, [run({ reports: both, error: "did not end" })], true);
    expect(failed).toBe(1);
    expect(text).toContain("Node 99 did not end well: did not end");
  });
});
