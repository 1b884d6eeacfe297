import { readFile } from "node:fs/promises";
import { FAULT_KINDS } from "@holdfast/testing/simulation";
import { expect, it } from "vitest";
import { RIVAL_NAMES } from "./rivals/index.ts";

const document = await readFile(new URL("../../docs/simulation.md", import.meta.url), "utf8");

it("every fault and every rival is in docs/simulation.md", () => {
  const rows = FAULT_KINDS.filter((kind) => !document.includes(`\n| \`${kind}\` | `));
  expect(rows).toEqual([]);
  expect(RIVAL_NAMES.filter((name) => !document.includes(`--subject ${name}`))).toEqual([]);
});
