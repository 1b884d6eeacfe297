import { hostname } from "node:os";
import { type Cron, createCronOver, type Missed, type Outcome, type Run } from "@holdfast/cron";
import { type Command, Option } from "commander";
import { hearSignals, type Signals } from "../child/signals.ts";
import { supervise } from "../child/supervise.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { duration } from "../input/duration.ts";
import { whole } from "../input/number.ts";
import { outcomeText } from "../output/outcome-text.ts";
import { say } from "../output/text.ts";
import { graceOf } from "./lock.ts";
import { type ConnectOptions, commandOf, connected, connects, type Given } from "./shared.ts";
import { whoRuns } from "./take-lock.ts";

interface JobOptions extends ConnectOptions {
  readonly job: string;
  readonly occurrence?: string;
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly skew?: number;
  readonly atMost: number;
  readonly atLeast?: number;
  readonly overlap: "skip" | "queue" | "allow";
  readonly whenRunning: "skip" | "wait";
  readonly wait?: number;
  readonly attempts: number;
  readonly backoff?: number;
  readonly keepFor?: number;
  readonly ttl: number;
  readonly grace?: number;
  readonly skippedExitCode: number;
  readonly shell?: boolean;
  readonly verbose?: boolean;
}

const EXAMPLES = `
Examples:
  holdfast run --job nightly --schedule '0 2 * * *' --time-zone Europe/Berlin --at-most 30m -- ./nightly.sh
  holdfast run --job nightly --occurrence 2026-11-21T02:00:00Z --at-most 10m -- node job.js
  holdfast run --job build --occurrence "$GITHUB_SHA" --when-running wait -- make build
  holdfast run --job sync --schedule '*/5 * * * *' --attempts 5 --backoff 10s --verbose -- ./sync

The command finds HOLDFAST_JOB, HOLDFAST_OCCURRENCE, HOLDFAST_ATTEMPT, HOLDFAST_NAME and HOLDFAST_FENCE in its
environment. It succeeds by exit code 0; another one is ours, too. What was skipped ends with 0 (see
--skipped-exit-code), a job whose attempts are used up with 76; the others are those of holdfast lock.
`;

/** The command ran and failed: its exit code counts. */
class CommandFailed extends Failure {}

/** `holdfast run`: runs a command once for each occurrence of a job. */
export function runCommand(parent: Command, given: Given): void {
  const command = parent
    .command("run")
    .description("run a command once for each occurrence of a job, however often it is started")
    .usage("--job <name> (--occurrence <which> | --schedule <cron>) [options] -- <command> [args...]")
    .requiredOption("--job <name>", "of the job")
    .option("--occurrence <which>", "the time it was scheduled for (2026-11-21T02:00:00Z), or any id of it")
    .option("--schedule <cron>", "five fields, or six with seconds: the occurrence is the latest such time")
    .option("--time-zone <zone>", "of the schedule, such as Europe/Berlin (default: UTC)")
    .option("--skew <duration>", "how much this clock may be behind (default: 5s)", duration)
    .addOption(
      new Option("--at-most <duration>", "stop it then").argParser(duration).default(3_600_000, "1h"),
    )
    .option("--at-least <duration>", "let no other occurrence begin within this time", duration)
    .addOption(policy("--overlap <policy>", "while another occurrence runs", ["skip", "queue", "allow"]))
    .addOption(policy("--when-running <policy>", "while this one runs elsewhere", ["skip", "wait"]))
    .option("--wait <duration>", "how long to queue or wait (default: --at-most)", duration)
    .option("--attempts <n>", "how often it is tried in all", whole(1, 1000), 3)
    .option("--backoff <duration>", "try again at once, after this long, then twice as long", duration)
    .option("--keep-for <duration>", "how long an occurrence is remembered (default: 7d)", duration)
    .addOption(
      new Option("--ttl <duration>", "how long a machine that dies blocks it")
        .argParser(duration)
        .default(30_000, "30s"),
    )
    .option(
      "--grace <duration>",
      "between SIGTERM and SIGKILL (default: a third of --ttl, 10s at most)",
      duration,
    )
    .option("--skipped-exit-code <n>", "when there was nothing to do", whole(0, 255), 0)
    .option("--shell", "the command is one word, for the shell")
    .option("--verbose", "say how it turned out")
    .addHelpText("after", EXAMPLES);
  connects(command).action(async (options: JobOptions) => {
    given.end(await run(options, given));
  });
}

function policy(flags: string, description: string, choices: string[]): Option {
  return new Option(flags, description).choices(choices).default(choices[0]);
}

async function run(given: JobOptions, words: Given): Promise<number> {
  const { shell = false, verbose } = given;
  const command = commandOf(words, shell, "holdfast run --job nightly --schedule '0 2 * * *' -- node job.js");
  const options = { ...given, ttl: Math.min(given.ttl, given.atMost) };
  const graceMs = graceOf(options);
  using signals = hearSignals();
  return await connected(options, async ({ jobs, locks, keep }) => {
    const cron = createCronOver({ commands: jobs, locks }, { host: hostname(), waitUntil: keep });
    const outcome = await runJob(cron, options, graceMs, signals, command, async (run) => {
      const env = {
        HOLDFAST_JOB: run.job,
        HOLDFAST_OCCURRENCE: run.occurrence,
        HOLDFAST_ATTEMPT: String(run.attempt),
        HOLDFAST_NAME: run.lease.name,
        HOLDFAST_FENCE: String(run.fence),
      };
      const { exitCode, lost } = await supervise({ words: command, shell, env }, run, graceMs, signals);
      if (lost) throw new Failure(EXIT.lost, `the run was stopped; the command ended with ${exitCode}.`);
      if (exitCode !== 0) throw new CommandFailed(exitCode, `the command ended with ${exitCode}.`);
    });
    if (verbose) say(outcomeText(outcome));
    if (outcome.outcome === "ran" && !outcome.recorded)
      say("it succeeded, and the store could not be told: another delivery may run it again.");
    return codeOf(outcome, options.skippedExitCode);
  });
}

function runJob(
  cron: Cron,
  options: JobOptions,
  graceMs: number,
  signals: Signals,
  words: readonly string[],
  fn: (run: Run) => Promise<void>,
): Promise<Outcome<void>> {
  const { job, occurrence, schedule, timeZone, skew, atMost, atLeast, overlap, whenRunning } = options;
  const { wait, attempts, backoff, keepFor, ttl } = options;
  return cron.run(
    {
      job,
      ...(occurrence !== undefined && { occurrence }),
      ...(schedule !== undefined && { schedule, onMissed: sayMissed }),
      ...(timeZone !== undefined && { timeZone }),
      ...(skew !== undefined && { skewMs: skew }),
      lockAtMostForMs: atMost,
      ...(atLeast !== undefined && { lockAtLeastForMs: atLeast }),
      ttlMs: ttl,
      overlap,
      whenRunning,
      ...(wait !== undefined && { waitMs: wait }),
      attempts,
      ...(backoff !== undefined && { backoff: { firstMs: backoff } }),
      ...(keepFor !== undefined && { keepForMs: keepFor }),
      // The command has ended by then, one way or the other.
      graceMs: graceMs + 5000,
      metadata: whoRuns(words),
      signal: signals.waiting,
    },
    fn,
  );
}

function sayMissed(missed: readonly Missed[]): void {
  for (const { occurrence, state } of missed) say(`missed: ${occurrence} (${state})`);
}

function codeOf(outcome: Outcome<void>, skippedExitCode: number): number {
  if (outcome.outcome === "skipped") return skippedExitCode;
  if (outcome.outcome !== "gave-up") return 0;
  throw new Failure(EXIT.gaveUp, `the job's ${outcome.attempts} attempts are used up; it is not run again.`);
}
