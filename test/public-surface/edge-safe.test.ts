import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { edgePackages, edgeProblems, edgeProblemsOf } from "../../scripts/check-edge-safe.ts";

describe("packages that run at the edge", () => {
  it("are found", () => {
    expect(edgePackages()).toEqual(expect.arrayContaining(["core", "upstash", "testing"]));
  });

  it.each(edgePackages())("%s loads without Node and does no work when imported", async (name) => {
    expect(await edgeProblemsOf(name)).toEqual([]);
  });
});

describe("the check finds", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function problemsOf(code: string, manifest: object = {}): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-edge-"));
    folders.push(folder);
    mkdirSync(join(folder, "dist"));
    writeFileSync(join(folder, "dist/index.js"), code);
    const exports = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } };
    const whole = { name: "sample", type: "module", sideEffects: false, exports, ...manifest };
    writeFileSync(join(folder, "package.json"), JSON.stringify(whole));
    return edgeProblems(folder);
  }

  it("nothing in harmless code that only looks the part", async () => {
    const code = `
      /** Not process.env, not Buffer. */
      import { helper } from "declared/sub";
      const table = new Map([["process", "node:fs"]]);
      export class Wrong extends Error { name = "Wrong"; }
      export const run = (process) => [process.env, table.get("Buffer"), { require: 1 }.require, helper()];`;
    expect(await problemsOf(code, { peerDependencies: { declared: "1.0.0" } })).toEqual([]);
  });

  it.each([
    [
      "Node's modules",
      `import { readFile } from "node:fs/promises"; export { readFile };`,
      "node:fs/promises",
    ],
    ["their old names", `export const later = () => import("crypto");`, "crypto"],
    ["modules that are not declared", `export { Hono } from "hono/tiny";`, "imports hono/tiny"],
    ["process", `export const isTest = () => process.env.NODE_ENV === "test";`, "uses process"],
    ["process behind globalThis", `export const env = () => globalThis.process?.env;`, "uses process"],
    [
      "Buffer",
      `export const bytes = (s) => typeof Buffer === "undefined" ? s : Buffer.from(s);`,
      "uses Buffer",
    ],
    ["__dirname", `export const here = () => __dirname;`, "uses __dirname"],
    ["require", `export const load = () => require("x");`, "uses require"],
    ["eval", `export const run = (code) => eval(code);`, "uses eval"],
    [
      "a timer started on import",
      `setInterval(() => {}, 1000); export const a = 1;`,
      "does work when imported",
    ],
    ["chance taken on import", `export const id = crypto.randomUUID();`, "does work when imported"],
    [
      "a changed global",
      `Array.prototype.last = function () {}; export const a = 1;`,
      "does work when imported",
    ],
  ])("%s", async (_what, code, problem) => {
    expect((await problemsOf(code)).join("\n")).toContain(problem);
  });

  it("a manifest that says too little, or too much", async () => {
    const code = "export const a = 1;";
    expect(await problemsOf(code, { sideEffects: true })).toEqual([
      'package.json does not say "sideEffects": false',
    ]);
    expect(await problemsOf(code, { name: "@holdfast/core", dependencies: { tiny: "1.0.0" } })).toEqual([
      "core depends on tiny",
    ]);
  });

  it("a package that is not built", async () => {
    const missing = { ".": "./dist/other.js" };
    expect((await problemsOf("", { exports: missing })).join()).toContain("is not built");
  });
});
