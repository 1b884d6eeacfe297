import type { Outcome } from "@holdfast/cron";
import { describe, expect, it, vi } from "vitest";
import { movableClock, onEveryEngine } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";
import { cronClient } from "./client.ts";

const NIGHT = "2026-11-21T02:00:00Z";
const NEXT_NIGHT = "2026-11-22T02:00:00Z";

onEveryEngine("cron.run", (f) => {
  describe("an occurrence", () => {
    it("runs, and says under which number", async () => {
      const { cron, events } = cronClient(f, { host: "a" });
      const job = f.name();
      const seen = vi.fn();
      const outcome = await cron.run({ job, occurrence: NIGHT }, (run) => {
        seen(run.job, run.occurrence, run.scheduledAt, run.attempt, run.signal.aborted);
        expect(run.remainingMs()).toBeGreaterThan(20_000);
        expect(run.lease.fence).toBe(run.fence);
        return { rows: 3 };
      });
      expect(seen).toHaveBeenCalledExactlyOnceWith(
        job,
        "2026-11-21T02:00:00.000Z",
        new Date(NIGHT),
        1,
        false,
      );
      expect(outcome).toMatchObject({
        outcome: "ran",
        result: { rows: 3 },
        attempt: 1,
        recorded: true,
        remembered: true,
      });
      expect(events.map(({ type }) => type)).toEqual(["acquired", "run-began", "run-ended", "released"]);
    });

    it("that succeeded is skipped with its result, by whatever spelling of its time", async () => {
      const job = f.name();
      await cronClient(f).cron.run({ job, occurrence: NIGHT }, () => ({ rows: 3 }));
      const { cron, events } = cronClient(f);
      const again = vi.fn();
      for (const occurrence of [
        NIGHT,
        new Date(NIGHT),
        "2026-11-21T03:00:00+01:00",
        "2026-11-21T02:00:00.000Z",
      ])
        expect(await cron.run({ job, occurrence }, again)).toMatchObject({
          outcome: "skipped",
          why: "succeeded",
          result: { rows: 3 },
          attempt: 1,
        });
      expect(again).not.toHaveBeenCalled();
      expect(events).toContainEqual({
        type: "run-skipped",
        task: { job, occurrence: "2026-11-21T02:00:00.000Z" },
        why: "succeeded",
      });
      expect(
        await cron.run({ job, occurrence: NEXT_NIGHT.replace("2026-11-22", "2026-11-20") }, () => 1),
      ).toMatchObject({
        outcome: "ran",
      });
    });

    it("delivered five times at once runs once, and nobody fails for being second", async () => {
      const job = f.name();
      let runs = 0;
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, (_, i) =>
          cronClient(f).cron.run(
            { job, occurrence: NIGHT, whenRunning: i % 2 ? "wait" : "skip" },
            async () => {
              runs++;
              await new Promise((resolve) => setTimeout(resolve, 30));
              return "done";
            },
          ),
        ),
      );
      expect(runs).toBe(1);
      expect(outcomes.filter(({ outcome }) => outcome === "ran")).toHaveLength(1);
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.outcome === "ran" || (outcome.outcome === "skipped" && outcome.why === "succeeded"))
          continue;
        expect(outcome).toMatchObject(
          i % 2 ? { outcome: "waited", result: "done" } : { outcome: "skipped", why: "running" },
        );
      }
    });
  });

  describe("while it runs", () => {
    it("a duplicate is skipped, or waits for the result", async () => {
      const job = f.name();
      const [began, end] = [gate(), gate()];
      const first = cronClient(f).cron.run({ job, occurrence: NIGHT }, async () => {
        began.open();
        await end.opened;
        return 7;
      });
      await began.opened;
      const never = vi.fn();
      const { cron } = cronClient(f);
      expect(await cron.run({ job, occurrence: NIGHT }, never)).toMatchObject({
        outcome: "skipped",
        why: "running",
      });
      expect(
        await cron.run({ job, occurrence: NIGHT, whenRunning: "wait", waitMs: 50 }, never),
      ).toMatchObject({
        outcome: "skipped",
        why: "running",
      });
      const waiting = cron.run({ job, occurrence: NIGHT, whenRunning: "wait" }, never);
      await waits(job);
      end.open();
      expect(await waiting).toMatchObject({ outcome: "waited", result: 7, attempt: 1 });
      expect(await first).toMatchObject({ outcome: "ran" });
      expect(never).not.toHaveBeenCalled();
    });

    it.each(["skip", "queue", "allow"] as const)("another occurrence: %s", async (overlap) => {
      const job = f.name();
      const [began, end] = [gate(), gate()];
      const first = cronClient(f).cron.run({ job, occurrence: NIGHT, overlap }, async () => {
        began.open();
        await end.opened;
      });
      await began.opened;
      const second = vi.fn(() => "second");
      const { cron } = cronClient(f);
      const other = cron.run({ job, occurrence: "other", overlap }, second);
      if (overlap === "skip") expect(await other).toMatchObject({ outcome: "skipped", why: "overlap" });
      if (overlap === "allow") expect(await other).toMatchObject({ outcome: "ran", result: "second" });
      if (overlap === "queue") {
        await waits(job);
        expect(second).not.toHaveBeenCalled();
      }
      end.open();
      await first;
      if (overlap === "queue") expect(await other).toMatchObject({ outcome: "ran", result: "second" });
    });

    it("queue gives up waiting as a skip", async () => {
      const job = f.name();
      const [began, end] = [gate(), gate()];
      const first = cronClient(f).cron.run({ job, occurrence: NIGHT }, async () => {
        began.open();
        await end.opened;
      });
      await began.opened;
      const late = await cronClient(f).cron.run(
        { job, occurrence: "b", overlap: "queue", waitMs: 50 },
        () => 1,
      );
      expect(late).toMatchObject({ outcome: "skipped", why: "overlap" });
      end.open();
      await first;
    });

    it("callers that disagree about overlap do not run the same occurrence twice", async () => {
      const job = f.name();
      const [began, end] = [gate(), gate()];
      const first = cronClient(f).cron.run({ job, occurrence: NIGHT, overlap: "allow" }, async () => {
        began.open();
        await end.opened;
        return 1;
      });
      await began.opened;
      const { cron, events } = cronClient(f);
      const never = vi.fn();
      expect(await cron.run({ job, occurrence: NIGHT }, never)).toMatchObject({
        outcome: "skipped",
        why: "running",
      });
      events.length = 0;
      const waiting = cron.run({ job, occurrence: NIGHT, whenRunning: "wait" }, never);
      await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain("released"));
      end.open();
      await first;
      expect(await waiting).toMatchObject({ outcome: "waited", result: 1 });
      expect(never).not.toHaveBeenCalled();
    });

    const waits = (job: string) =>
      vi.waitFor(async () => expect((await f.client().locks.inspect(`cron:${job}`)).waiting).toBe(1));
  });

  describe("a failure", () => {
    const broken = () => {
      throw new Error("disk full");
    };

    it("is thrown on, and tried again by later deliveries until the attempts are used up", async () => {
      const job = f.name();
      const attempts: number[] = [];
      const { cron } = cronClient(f);
      const deliver = () =>
        cron.run({ job, occurrence: NIGHT, attempts: 2 }, (run) => {
          attempts.push(run.attempt);
          return broken();
        });
      await expect(deliver()).rejects.toThrow("disk full");
      expect(await cron.look(job, NIGHT)).toMatchObject({
        state: "failed",
        attempt: 1,
        error: "Error: disk full",
      });
      await expect(deliver()).rejects.toThrow("disk full");
      expect(await deliver()).toMatchObject({ outcome: "gave-up", attempts: 2, error: "Error: disk full" });
      expect(attempts).toEqual([1, 2]);
    });

    it("can be an outcome", async () => {
      const job = f.name();
      const { cron } = cronClient(f);
      const deliver = () => cron.run({ job, occurrence: NIGHT, attempts: 2, throwOnFailure: false }, broken);
      expect(await deliver()).toMatchObject({
        outcome: "failed",
        error: new Error("disk full"),
        attempt: 1,
        attemptsLeft: 1,
      });
      expect(await deliver()).toMatchObject({
        outcome: "gave-up",
        attempts: 2,
        error: new Error("disk full"),
      });
    });

    it("is tried again in the same call with a backoff, counting together", async () => {
      const job = f.name();
      const { cron } = cronClient(f);
      await expect(cron.run({ job, occurrence: NIGHT, attempts: 4 }, broken)).rejects.toThrow();
      const seen: number[] = [];
      const outcome: Outcome<string> = await cron.run(
        { job, occurrence: NIGHT, attempts: 4, backoff: { firstMs: 1 } },
        (run) => {
          seen.push(run.attempt);
          if (run.attempt < 4) broken();
          return "fourth";
        },
      );
      expect(seen).toEqual([2, 3, 4]);
      expect(outcome).toMatchObject({ outcome: "ran", result: "fourth", attempt: 4 });
    });
  });

  describe("a run that is left alone", () => {
    it("is renewed for as long as it runs", async () => {
      const job = f.name();
      const { cron, events } = cronClient(f);
      const outcome = await cron.run({ job, occurrence: NIGHT, ttlMs: 3000 }, async (run) => {
        await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain("extended"), 8000);
        return run.signal.aborted;
      });
      expect(outcome).toMatchObject({ outcome: "ran", result: false });
    });

    it("is abandoned when its lease is over, and the next delivery runs with a greater fence", async () => {
      const job = f.name();
      const clock = movableClock();
      const crashing = cronClient(f, { clock });
      const [began, found] = [gate(), gate()];
      const fences: number[] = [];
      const dead = crashing.cron.run({ job, occurrence: NIGHT, graceMs: 0 }, async (run) => {
        fences.push(run.fence);
        began.open();
        await found.opened;
        clock.freeze(60_000);
        expect(run.remainingMs()).toBe(0);
        return new Promise<never>(() => {});
      });
      await began.opened;
      crashing.crash();
      await f.client().locks.forceRelease(`cron:${job}`);
      const { cron } = cronClient(f);
      const outcome = await cron.run({ job, occurrence: NIGHT }, (run) => {
        fences.push(run.fence);
        return run.attempt;
      });
      expect(outcome).toMatchObject({ outcome: "ran", result: 2, attempt: 2 });
      expect(fences[1]).toBeGreaterThan(fences[0] ?? Number.POSITIVE_INFINITY);
      expect((await cron.history(job)).map(({ state }) => state)).toEqual(["succeeded", "abandoned"]);
      found.open();
      await expect(dead).rejects.toMatchObject({ code: "lost" });
    });

    it("and never ends is told at lockAtMostForMs, and the call ends after its grace", async () => {
      const job = f.name();
      const { cron } = cronClient(f);
      let told: unknown;
      const stuck = cron.run({ job, occurrence: NIGHT, lockAtMostForMs: 1000, graceMs: 50 }, (run) => {
        run.signal.addEventListener("abort", () => {
          told = run.signal.reason;
        });
        return new Promise<never>(() => {});
      });
      await expect(stuck).rejects.toMatchObject({ code: "lost", reason: "max-hold" });
      expect(told).toMatchObject({ reason: "max-hold" });
      expect(await cron.look(job, NIGHT)).toMatchObject({ state: "abandoned", attempt: 1 });
      expect(await cron.run({ job, occurrence: NIGHT }, () => "next")).toMatchObject({
        outcome: "ran",
        attempt: 2,
      });
    });
  });

  describe("lockAtLeastForMs", () => {
    it("keeps other occurrences away, not a retry of the same", async () => {
      const job = f.name();
      const { cron } = cronClient(f);
      const options = { job, lockAtLeastForMs: 60_000 };
      await expect(
        cron.run({ ...options, occurrence: "a" }, () => {
          throw new Error("first");
        }),
      ).rejects.toThrow("first");
      const soon = await cron.run({ ...options, occurrence: "b" }, () => 1);
      expect(soon).toMatchObject({ outcome: "skipped", why: "too-soon" });
      expect((soon as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50_000);
      expect(await cron.run({ ...options, occurrence: "a" }, () => 1)).toMatchObject({ outcome: "ran" });
    });

    it("has a queue wait for its end", async () => {
      const job = f.name();
      const { cron } = cronClient(f);
      const options = { job, lockAtLeastForMs: 150, overlap: "queue" as const };
      const began: number[] = [];
      const note = () => void began.push(performance.now());
      await Promise.all(["a", "b"].map((occurrence) => cron.run({ ...options, occurrence }, note)));
      expect(began).toHaveLength(2);
      expect((began[1] ?? 0) - (began[0] ?? 0)).toBeGreaterThan(100);
    });
  });
});
