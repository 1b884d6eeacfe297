import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { publishedPackages, reviewedSurface, surfaceOf } from "../../scripts/check-exports.ts";

it.each(publishedPackages())("%s exports what was reviewed", (folder) => {
  // If the change is meant: npm run check:exports -- --update
  expect(surfaceOf(folder)).toBe(reviewedSurface(folder));
});

it("every reviewed text has its package", () => {
  const texts = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".txt"));
  expect(texts.map((file) => file.replace(".txt", "")).sort()).toEqual(publishedPackages());
});
