import { restStore } from "@holdfast/core";
import { createCron, type RunRecord } from "@holdfast/cron";
import { expect, it, vi } from "vitest";
import { onEveryEngine, onOneEngine, TOKEN } from "../support/fixture.ts";
import { commandLine, PATIENCE } from "./cli.ts";

const GAVE_UP = 76;

onEveryEngine("holdfast run", (fixture) => {
  const cli = commandLine(() => fixture.gateway);

  it("of an occurrence that is started twice at once and once more later, one succeeds", async () => {
    const job = fixture.name();
    const command = [
      "run",
      "--job",
      job,
      "--occurrence",
      "2026-11-21T02:00:00Z",
      "--at-most",
      "10m",
      "--verbose",
    ];
    const work = ["--", "sh", "-c", "echo ran; sleep 0.3"];
    const both = await Promise.all([1, 2].map(() => cli.run([...command, ...work])));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ out }) => out).sort()).toEqual(["", "ran\n"]);
    const later = await cli.run([...command, "--skipped-exit-code", "9", ...work]);
    expect(later).toMatchObject({ code: 9, out: "" });
    expect(later.err).toContain("2026-11-21T02:00:00.000Z: skipped: it has succeeded at 20");
  });
});

onOneEngine("holdfast run", (fixture) => {
  const cli = commandLine(() => fixture.gateway);
  const history = (job: string): Promise<readonly RunRecord[]> =>
    createCron({ store: restStore({ url: fixture.gateway.url, token: TOKEN }) }).history(job);
  const ran = async (job: string) =>
    (await history(job)).map(({ state, attempt, error }) => ({ state, attempt, error }));

  it("tells the command what it is", async () => {
    const job = fixture.name();
    const { out } = await cli.run(["run", "--job", job, "--occurrence", "one", "--", "env"]);
    const [{ fence } = { fence: 0 }] = await history(job);
    const ours = out.split("\n").filter((line) => line.startsWith("HOLDFAST"));
    expect(ours.sort()).toEqual([
      "HOLDFAST_ATTEMPT=1",
      `HOLDFAST_FENCE=${fence}`,
      `HOLDFAST_JOB=${job}`,
      `HOLDFAST_NAME=cron:${job}`,
      "HOLDFAST_OCCURRENCE=one",
    ]);
  });

  it("a command that fails: its exit code, another attempt at the next start, and no more than --attempts", async () => {
    const job = fixture.name();
    const start = () =>
      cli.run([
        "run",
        "--job",
        job,
        "--occurrence",
        "1",
        "--attempts",
        "2",
        "--",
        "sh",
        "-c",
        "echo ran; exit 3",
      ]);
    expect(await start()).toMatchObject({
      code: 3,
      out: "ran\n",
      err: "holdfast: the command ended with 3.\n",
    });
    expect((await start()).code).toBe(3);
    const third = await start();
    expect(third).toMatchObject({ code: GAVE_UP, out: "" });
    expect(third.err).toContain("2 attempts are used up");
    const error = expect.stringContaining("the command ended with 3");
    expect((await ran(job)).filter(({ state }) => state === "failed")).toEqual([
      { state: "failed", attempt: 2, error },
      { state: "failed", attempt: 1, error },
    ]);
  });

  it("--backoff tries again in the same call", async () => {
    const work = ["--shell", "--", 'echo $HOLDFAST_ATTEMPT; [ "$HOLDFAST_ATTEMPT" = 2 ]'];
    const command = ["run", "--job", fixture.name(), "--occurrence", "1", "--backoff", "10ms", ...work];
    expect(await cli.run(command)).toMatchObject({ code: 0, out: "1\n2\n", err: "" });
  });

  it("a signal reaches the command; the run counts as failed", async () => {
    const job = fixture.name();
    const work = `trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done`;
    const command = ["run", "--job", job, "--occurrence", "1", "--backoff", "1m", "--", "sh", "-c", work];
    const running = cli.start(command);
    await running.says("ready");
    running.child.kill("SIGTERM");
    expect((await running.ended).code).toBe(7);
    expect(await ran(job)).toMatchObject([{ state: "failed", attempt: 1 }]);
  });

  it("killed (SIGKILL): the command ends, the run is abandoned, and the next start is its second attempt", async () => {
    const job = fixture.name();
    const command = ["run", "--job", job, "--occurrence", "1", "--ttl", "3s", "--overlap", "queue"];
    const running = cli.start([...command, "--", "sh", "-c", "echo ready; exec sleep 30"]);
    await running.says("ready");
    running.child.kill("SIGKILL");
    // Its output is closed once the command has ended as well.
    await running.ended;
    await vi.waitFor(async () => {
      const { out } = await cli.run([...command, "--shell", "--", "echo attempt $HOLDFAST_ATTEMPT"]);
      expect(out).toBe("attempt 2\n");
    }, PATIENCE);
    expect((await ran(job)).map(({ state }) => state)).toContain("abandoned");
  });

  it("--at-most stops it", async () => {
    const command = [
      "run",
      "--job",
      fixture.name(),
      "--occurrence",
      "1",
      "--at-most",
      "3s",
      "--",
      "sleep",
      "30",
    ];
    const { code, err } = await cli.run(command);
    expect(code).toBe(75);
    expect(err).toContain("the run was stopped; the command ended with 143");
  });

  it("while it runs the others have their policies", async () => {
    const job = fixture.name();
    const start = (occurrence: string, ...rest: string[]) =>
      cli.start(["run", "--job", job, "--occurrence", occurrence, "--verbose", ...rest]);
    const first = start("1", "--", "sh", "-c", "echo ready; cat");
    await first.says("ready");
    const same = start("1", "--", "echo", "ran").ended;
    const waits = start("1", "--when-running", "wait", "--", "echo", "ran").ended;
    const other = start("2", "--", "echo", "ran").ended;
    const queues = start("3", "--overlap", "queue", "--", "echo", "ran").ended;
    expect(await same).toMatchObject({ out: "", err: expect.stringContaining("it runs elsewhere") });
    expect(await other).toMatchObject({ out: "", err: expect.stringContaining("another occurrence runs") });
    const { locks } = fixture.client();
    await vi.waitFor(async () => expect((await locks.inspect(`cron:${job}`)).waiting).toBe(2), PATIENCE);
    first.child.stdin?.end();
    expect(await queues).toMatchObject({ code: 0, out: "ran\n" });
    expect(await waits).toMatchObject({
      code: 0,
      out: "",
      err: expect.stringContaining("succeeded elsewhere"),
    });
  });
});
