import { describe, expect, it } from "vitest";
import type { RunRecord } from "./commands.ts";
import { jobStatus } from "./history.ts";

const NOW = Date.UTC(2026, 10, 21, 12, 3);
const MINUTE = 60_000;

function run(state: RunRecord["state"], startedMsAgo: number): RunRecord {
  return {
    id: String(startedMsAgo),
    job: "sync",
    occurrence: "x",
    scheduledAt: null,
    state,
    attempt: 1,
    fence: 1,
    startedAt: NOW - startedMsAgo,
    endedAt: null,
    host: null,
    metadata: null,
    error: null,
  };
}

const overdue = (...runs: RunRecord[]) =>
  jobStatus({
    job: "sync",
    now: NOW,
    schedule: "*/5 * * * *",
    timeZone: "UTC",
    lastSucceededAt: NOW - 20 * MINUTE,
    runs,
  }).overdue;

describe("a job that was due without success is overdue", () => {
  it("when nothing runs", () => expect(overdue(run("failed", 3 * MINUTE))).toBe(true));
  it("not while it runs, also when a duplicate of the run was skipped since", () => {
    expect(overdue(run("running", 3 * MINUTE))).toBe(false);
    expect(overdue(run("skipped", MINUTE), run("running", 3 * MINUTE))).toBe(false);
  });
  it("when what runs began longer ago than a run can last: it has died", () => {
    expect(overdue(run("running", 25 * 60 * MINUTE))).toBe(true);
  });
});
