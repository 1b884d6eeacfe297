import { expect, it, vi } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";
import { cronClient } from "./client.ts";

const DAILY = { schedule: "0 2 * * *", timeZone: "Europe/Berlin" };

onEveryEngine("cron history", (f) => {
  it("tells runs, and who skipped and why, newest first", async () => {
    const job = f.name();
    const { cron } = cronClient(f, { host: "first" });
    const other = cronClient(f, { host: "second" }).cron;
    await expect(
      cron.run({ job, occurrence: "a", metadata: { region: "fra" } }, () => {
        throw new TypeError("no rows");
      }),
    ).rejects.toThrow();
    const [began, end] = [gate(), gate()];
    const running = cron.run({ job, occurrence: "a" }, async () => {
      began.open();
      await end.opened;
    });
    await began.opened;
    await other.run({ job, occurrence: "a" }, () => 1);
    await other.run({ job, occurrence: "b" }, () => 1);
    expect(await cron.history(job, { limit: 3 })).toMatchObject([
      { state: "skipped", why: "overlap", occurrence: "b", host: "second" },
      { state: "skipped", why: "running", occurrence: "a", host: "second" },
      { state: "running", attempt: 2, endedAt: null, host: "first" },
    ]);
    end.open();
    await running;
    await other.run({ job, occurrence: "a", lockAtLeastForMs: 60_000 }, () => 1);
    const history = await cron.history(job);
    expect(history.map(({ why, state }) => why ?? state)).toEqual([
      "succeeded",
      "overlap",
      "running",
      "succeeded",
      "failed",
    ]);
    expect(history.at(-1)).toMatchObject({
      job,
      occurrence: "a",
      scheduledAt: null,
      attempt: 1,
      host: "first",
      metadata: { region: "fra" },
      error: "TypeError: no rows",
    });
    const { startedAt, endedAt, fence } = history.at(-1) as (typeof history)[number];
    expect(endedAt).toBeGreaterThanOrEqual(startedAt);
    expect(fence).toBeGreaterThan(0);
  });

  it("keeps the latest 200 runs, and bounds the text of an error", async () => {
    const job = f.name();
    const { cron } = cronClient(f);
    await expect(
      cron.run({ job, occurrence: "0" }, () => {
        throw new Error(`${"x".repeat(1016)}😀`);
      }),
    ).rejects.toThrow();
    const [failed] = await cron.history(job);
    expect(failed?.error).toBe(`Error: ${"x".repeat(1016)}`);
    // Skipped deliveries are runs of the history, too.
    await cron.run({ job, occurrence: "0" }, () => 1);
    for (let i = 0; i < 205; i += 41)
      await Promise.all(Array.from({ length: 41 }, () => cron.run({ job, occurrence: "0" }, () => 1)));
    const history = await cron.history(job, { limit: 200 });
    expect(history).toHaveLength(200);
    expect(history.every(({ state }) => state === "skipped")).toBe(true);
    for (const key of [`holdfast:{cron:${job}}:order`, `holdfast:{cron:${job}}:runs`]) {
      const [count, ttl] = await Promise.all([
        f.gateway.command(key.endsWith("runs") ? "HLEN" : "ZCARD", key),
        f.gateway.command("PTTL", key),
      ]);
      expect(count).toBe(200);
      expect(Number(ttl)).toBeGreaterThan(0);
    }
  });

  it("lists jobs by prefix, with their schedule, when they are due, and which is overdue", async () => {
    const prefix = `${f.name()}-`;
    const { cron } = cronClient(f);
    const never = { schedule: "0 0 1 1 *" };
    await cron.run({ job: `${prefix}fine`, ...DAILY }, () => 1);
    await cron.run({ job: `${prefix}plain`, occurrence: "x" }, () => 1);
    await expect(
      cron.run({ job: `${prefix}late`, ...never }, () => {
        throw new Error("down");
      }),
    ).rejects.toThrow();
    const found = [];
    for (let cursor: string | null = "0"; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof cron.status>> = await cron.status({ prefix, cursor });
      found.push(...page.jobs);
      cursor = page.cursor;
    }
    found.sort((a, b) => a.job.localeCompare(b.job));
    expect(found).toMatchObject([
      { job: `${prefix}fine`, ...DAILY, overdue: false, latest: { state: "succeeded" } },
      {
        job: `${prefix}late`,
        timeZone: "UTC",
        overdue: true,
        lastSucceededAt: null,
        latest: { error: "Error: down" },
      },
      { job: `${prefix}plain`, schedule: null, nextAt: null, overdue: false },
    ]);
    expect(found[0]?.nextAt?.getTime()).toBeGreaterThan(Date.now());
    expect(Math.abs((found[0]?.lastSucceededAt?.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  it("knows the scheduled times that were missed", async () => {
    const job = f.name();
    const { cron } = cronClient(f);
    const hour = 3_600_000;
    const now = Math.floor(Date.now() / hour) * hour;
    const at = (hours: number) => new Date(now - hours * hour);
    await cron.run({ job, occurrence: at(3) }, () => 1);
    await expect(
      cron.run({ job, occurrence: at(2) }, () => {
        throw new Error("down");
      }),
    ).rejects.toThrow();
    const missed = await cron.missed(job, { schedule: "0 * * * *", since: at(4), graceMs: 0 });
    expect(missed).toEqual([
      { occurrence: at(4).toISOString(), scheduledAt: at(4), state: "never" },
      { occurrence: at(2).toISOString(), scheduledAt: at(2), state: "failed" },
      { occurrence: at(1).toISOString(), scheduledAt: at(1), state: "never" },
      { occurrence: at(0).toISOString(), scheduledAt: at(0), state: "never" },
    ]);
  });

  it("tells a run of the times that were missed before it", async () => {
    const job = f.name();
    const { cron } = cronClient(f);
    const told = vi.fn();
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));
    const run = (hour: number) =>
      cron.run({ job, occurrence: at(hour), schedule: "0 * * * *", onMissed: told }, () => 1);
    await run(1);
    await run(2);
    expect(told).not.toHaveBeenCalled();
    await run(5);
    await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());
    expect(told).toHaveBeenCalledWith(
      [3, 4].map((hour) => ({ occurrence: at(hour).toISOString(), scheduledAt: at(hour), state: "never" })),
    );
  });
});
