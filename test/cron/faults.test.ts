import { expect, it, vi } from "vitest";
import { movableClock, onEveryEngine } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";
import { BEGIN, cronClient, FINISH } from "./client.ts";

const NIGHT = "2026-11-21T02:00:00Z";

onEveryEngine("cron.run under faults", (f) => {
  /** Of the keys of a job, in milliseconds; -1 if one of them has no lifetime. */
  async function shortestLife(job: string): Promise<number> {
    const keys = (await f.gateway.command("KEYS", `holdfast:{cron:${job}*`)) as string[];
    expect(keys.length).toBeGreaterThan(0);
    return Math.min(...(await Promise.all(keys.map((key) => f.gateway.command("PTTL", key)))).map(Number));
  }

  it("P9 every key has a lifetime from the beginning on, and a task that was only taken back", async () => {
    const job = f.name();
    const { cron, network } = cronClient(f);
    await cron.run({ job, occurrence: NIGHT, lockAtLeastForMs: 1000 }, async () => {
      expect(await shortestLife(job)).toBeGreaterThan(0);
    });
    expect(await shortestLife(job)).toBeGreaterThan(0);
    const finish = network.requests.find(({ commands }) => FINISH(commands, 0));
    const other = `${job}-taken-back`;
    const body = finish?.body.replaceAll(job, other).replace('"succeeded"', '"withdrawn"') ?? "";
    await f.deliver({ ...(finish as NonNullable<typeof finish>), body });
    expect(await cron.look(other, NIGHT)).toMatchObject({ state: "idle", attempt: 0 });
    expect(await shortestLife(other)).toBeGreaterThan(0);
  });

  const faults = [
    ["a lost reply", { action: "drop-reply" }],
    ["a lost request", { action: "drop-request" }],
    ["a doubled request", { action: "duplicate" }],
    ["an error status after the server acted", { action: "status", afterExecuting: true }],
  ] as const;

  it.each(faults)("P3 begin, %s: one attempt, one run", async (_, fault) => {
    const job = f.name();
    const { cron, network } = cronClient(f);
    network.fail({ ...fault, when: BEGIN });
    const fn = vi.fn(() => "done");
    expect(await cron.run({ job, occurrence: NIGHT }, fn)).toMatchObject({ outcome: "ran", attempt: 1 });
    expect(fn).toHaveBeenCalledOnce();
    expect(await cron.history(job)).toMatchObject([{ state: "succeeded", attempt: 1 }]);
  });

  it.each(faults)("P3 finish, %s: the success is recorded once", async (_, fault) => {
    const job = f.name();
    const { cron, network } = cronClient(f);
    network.fail({ ...fault, when: FINISH });
    expect(await cron.run({ job, occurrence: NIGHT }, () => "done")).toMatchObject({
      outcome: "ran",
      recorded: true,
    });
    expect(await cron.run({ job, occurrence: NIGHT }, () => "again")).toMatchObject({
      outcome: "skipped",
      why: "succeeded",
      result: "done",
    });
    expect((await cron.history(job)).filter(({ state }) => state === "succeeded")).toHaveLength(1);
  });

  it("P4 a begin that is never answered fails as unavailable, runs nothing, and counts for nothing", async () => {
    const job = f.name();
    const work: Promise<unknown>[] = [];
    const { cron, network } = cronClient(f, { waitUntil: (one) => void work.push(one) });
    network.fail({ action: "status", afterExecuting: true, times: 4, when: BEGIN });
    const fn = vi.fn(() => "done");
    await expect(cron.run({ job, occurrence: NIGHT, attempts: 1 }, fn)).rejects.toMatchObject({
      code: "unavailable",
    });
    await Promise.all(work);
    expect(fn).not.toHaveBeenCalled();
    expect(await cron.look(job, NIGHT)).toMatchObject({ state: "idle", attempt: 0 });
    expect(await cron.history(job)).toEqual([]);
    expect(await shortestLife(job)).toBeGreaterThan(0);
    expect(await cron.run({ job, occurrence: NIGHT, attempts: 1 }, fn)).toMatchObject({
      outcome: "ran",
      attempt: 1,
    });
  });

  it("a begin that arrives after it was taken back begins nothing", async () => {
    const job = f.name();
    const work: Promise<unknown>[] = [];
    const { cron, network } = cronClient(f, { waitUntil: (one) => void work.push(one) });
    network.fail({ action: "drop-request", times: 4, when: BEGIN });
    await expect(cron.run({ job, occurrence: NIGHT, attempts: 1 }, () => 1)).rejects.toMatchObject({
      code: "unavailable",
    });
    const late = network.requests.find(({ commands }) => BEGIN(commands, 0));
    await Promise.all(work);
    await f.deliver(late as NonNullable<typeof late>);
    expect(await cron.look(job, NIGHT)).toMatchObject({ state: "idle", attempt: 0 });
    expect(await cron.run({ job, occurrence: NIGHT, attempts: 1 }, () => 1)).toMatchObject({ attempt: 1 });
  });

  it("begins and finishes that arrive again, late, change nothing", async () => {
    const job = f.name();
    const first = cronClient(f);
    await expect(
      first.cron.run({ job, occurrence: NIGHT }, () => {
        throw new Error("first");
      }),
    ).rejects.toThrow("first");
    const second = cronClient(f);
    await second.cron.run({ job, occurrence: NIGHT }, () => "second");
    const before = await second.cron.look(job, NIGHT);
    const history = await second.cron.history(job);
    for (const { network } of [first, second])
      for (const request of network.requests)
        if (BEGIN(request.commands, 0) || FINISH(request.commands, 0)) await f.deliver(request);
    expect(await second.cron.look(job, NIGHT)).toEqual(before);
    expect((await second.cron.history(job)).filter(({ state }) => state !== "skipped")).toEqual(history);
  });

  it("a late begin of the first attempt does not disturb the second one of the same lease", async () => {
    const job = f.name();
    const { cron, network } = cronClient(f);
    const outcome = await cron.run(
      { job, occurrence: NIGHT, backoff: { firstMs: 0 } },
      async ({ attempt }) => {
        if (attempt === 1) throw new Error("first");
        const [begin] = network.requests.filter(({ commands }) => BEGIN(commands, 0));
        const [finish] = network.requests.filter(({ commands }) => FINISH(commands, 0));
        for (const request of [begin, finish]) await f.deliver(request as NonNullable<typeof request>);
        return attempt;
      },
    );
    expect(outcome).toMatchObject({ outcome: "ran", result: 2, recorded: true });
    expect((await cron.history(job)).map(({ state }) => state)).toEqual(["succeeded", "failed"]);
  });

  it("a lease that ran out while the begin was on its way runs nothing, and counts for nothing", async () => {
    const job = f.name();
    const clock = movableClock();
    const work: Promise<unknown>[] = [];
    const { cron, network } = cronClient(f, { clock, waitUntil: (one) => void work.push(one) });
    network.fail({ action: "delay-reply", delayMs: 100, when: BEGIN });
    const fn = vi.fn();
    const run = cron.run({ job, occurrence: NIGHT }, fn);
    run.catch(() => {});
    await vi.waitFor(
      () => expect(network.requests.some(({ commands }) => BEGIN(commands, 0))).toBe(true),
      5000,
    );
    clock.freeze(60_000);
    await expect(run).rejects.toMatchObject({ code: "lost" });
    expect(fn).not.toHaveBeenCalled();
    await Promise.all(work);
    expect(await cron.look(job, NIGHT)).toMatchObject({ state: "idle", attempt: 0 });
  });

  it("a success that cannot be told is an outcome that says so", async () => {
    const job = f.name();
    const clock = movableClock();
    const { cron, crash, events } = cronClient(f, { clock });
    const outcome = await cron.run({ job, occurrence: NIGHT }, () => {
      crash();
      clock.freeze(60_000);
      return "done";
    });
    expect(outcome).toMatchObject({ outcome: "ran", result: "done", recorded: false });
    expect(events).toContainEqual(expect.objectContaining({ type: "run-ended", recorded: false }));
  });

  it("a success while the store was away for a while is recorded", async () => {
    const job = f.name();
    const { cron, network } = cronClient(f);
    const outcome = await cron.run({ job, occurrence: NIGHT }, () => {
      // More than the store tries by itself.
      network.fail({ action: "status", times: 6, when: FINISH });
      return "done";
    });
    expect(outcome).toMatchObject({ outcome: "ran", recorded: true });
  });

  it("a run that ends after a later one has begun is not recorded, and says that it was lost", async () => {
    const job = f.name();
    const [began, late, end] = [gate(), gate(), gate()];
    const first = cronClient(f).cron.run({ job, occurrence: NIGHT }, async () => {
      began.open();
      await late.opened;
      return "late";
    });
    await began.opened;
    await f.client().locks.forceRelease(`cron:${job}`);
    const { cron } = cronClient(f);
    const second = cron.run({ job, occurrence: NIGHT }, async () => {
      late.open();
      await end.opened;
      return "second";
    });
    await expect(first).rejects.toMatchObject({ code: "lost" });
    expect(await cron.look(job, NIGHT)).toMatchObject({ state: "running", attempt: 2 });
    end.open();
    expect(await second).toMatchObject({ outcome: "ran", result: "second", attempt: 2 });
    expect(await cron.look(job, NIGHT)).toMatchObject({ state: "succeeded", result: '"second"' });
  });

  it("a run whose lease was broken is recorded, if no other has begun", async () => {
    const job = f.name();
    const { cron } = cronClient(f);
    const outcome = await cron.run({ job, occurrence: NIGHT }, async () => {
      await f.client().locks.forceRelease(`cron:${job}`);
      return "done";
    });
    expect(outcome).toMatchObject({ outcome: "ran", recorded: true });
    expect(await cron.run({ job, occurrence: NIGHT }, () => "again")).toMatchObject({ why: "succeeded" });
  });

  it("the caller's signal reaches the function, and ends a wait", async () => {
    const job = f.name();
    const [began, stop] = [gate(), new AbortController()];
    const { cron } = cronClient(f);
    const run = cron.run({ job, occurrence: NIGHT, signal: stop.signal }, (run) => {
      began.open();
      return new Promise<never>((_, reject) =>
        run.signal.addEventListener("abort", () => reject(run.signal.reason)),
      );
    });
    await began.opened;
    const waitOver = new AbortController();
    const waiting = cron.run(
      { job, occurrence: NIGHT, whenRunning: "wait", signal: waitOver.signal },
      () => 1,
    );
    waitOver.abort(new Error("no more time"));
    await expect(waiting).rejects.toThrow("no more time");
    stop.abort(new Error("shutting down"));
    await expect(run).rejects.toThrow("shutting down");
    expect(await cron.look(job, NIGHT)).toMatchObject({ state: "failed", error: "Error: shutting down" });
  });
});
