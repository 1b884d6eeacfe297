import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type Cost, measureCosts } from "./measure.ts";

/** A wait that is held open takes a command more or less, as timers have it. */
const TOLERANCE = 0.1;

test("docs/service/costs.md has the figures of npm run costs", async () => {
  const told = rowsOf(await readFile(new URL("../../docs/service/costs.md", import.meta.url), "utf8"));
  const measured = await measureCosts();
  expect(told.map(({ what }) => what)).toEqual(measured.map(({ what }) => what));
  for (const [i, { what, requests, billed }] of measured.entries()) {
    const most = requests > 4000 ? TOLERANCE : 0;
    const near = (a: number, b = 0) => Math.abs(a - b) <= most * b;
    expect(near(requests, told[i]?.requests), `${what}: ${requests} requests`).toBe(true);
    expect(near(billed, told[i]?.billed), `${what}: ${billed} billed`).toBe(true);
  }
}, 60_000);

/** Of the first table of the page. */
function rowsOf(page: string): Cost[] {
  return page.split("\n").flatMap((line) => {
    const [, what, requests, billed] = line.split("|").map((cell) => cell.trim());
    const numbers = [requests, billed].map((cell) => Number(cell?.replaceAll(",", "")));
    if (!what || numbers.some(Number.isNaN)) return [];
    return [{ what, requests: numbers[0] ?? 0, billed: numbers[1] ?? 0 }];
  });
}
