import { expect, test } from "vitest";
import { load } from "./load.ts";

test("under load and faults the service answers as it should, grants no lock twice, and keeps no memory", async () => {
  const options = { seconds: 2, clients: 30, pauseMs: 300, faults: 0.1, compare: false, page: undefined };
  const report = await load(options, AbortSignal.timeout(60_000), 1000);
  expect(report.wrongs).toEqual([]);
  // Otherwise nothing was tried.
  expect(report.grants).toBeGreaterThan(10);
  expect(report.faultsInjected).toBeGreaterThan(5);
}, 60_000);
