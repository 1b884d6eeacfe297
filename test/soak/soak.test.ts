import { createLocks, restStore } from "@holdfast/core";
import { expect, it } from "vitest";
import { descendants } from "../e2e/processes.ts";
import { TOKEN } from "./cast.ts";
import { soak } from "./soak.ts";
import { reportText } from "./table.ts";

/** A run of a few seconds, in which nobody waits for the last TTL: that would be a minute at least. */
const BRIEF = { minutes: 0.1, clients: 10, rate: 20, redisServer: false, drain: false, report: "" };

it("runs everything, comes to rest, and sees what one client does not give back", async () => {
  let urlOfGateway = "";
  const report = await soak(BRIEF, new AbortController().signal, {
    onStart: async ({ gatewayUrl }) => {
      urlOfGateway = gatewayUrl;
      const forgetful = createLocks({ store: restStore({ url: gatewayUrl, token: TOKEN }) });
      await forgetful.acquire("until-tomorrow", { ttlMs: 86_400_000 });
    },
  });

  const names = ["sdk-1", "sdk-2", "sdk-3", "sdk-4", "http", "gateway", "engine", "workerd"];
  expect(report.samples.length).toBeGreaterThan(1);
  for (const { processes, engine, violations } of [...report.samples, report.atRest]) {
    for (const name of names) expect(processes[name]?.rss, name).toBeGreaterThan(10_000_000);
    for (const name of names.slice(0, 6)) expect(processes[name]?.heapUsed, name).toBeGreaterThan(1_000_000);
    expect(engine.usedMemory).toBeGreaterThan(100_000);
    expect(violations).toBe(0);
  }
  const { cycles, visits, events } = report.atRest;
  expect(Object.values(cycles).reduce((sum, count) => sum + count)).toBeGreaterThan(10);
  expect(Object.keys(cycles).some((kind) => kind.startsWith("HTTP"))).toBe(true);
  expect(events.acquired).toBeGreaterThan(5);
  expect(visits).toBeGreaterThan(5);

  expect(report.wrongs).toEqual(["keys that do not end in time: holdfast:{until-tomorrow}"]);
  expect(reportText(report)).toContain("- keys that do not end in time");

  await expect(fetch(urlOfGateway)).rejects.toThrow();
  expect(descendants(process.pid).filter(({ command }) => /soak|workerd|embedded/.test(command))).toEqual([]);
}, 120_000);
