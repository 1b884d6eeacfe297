import type { Lease } from "@holdfast/core";
import { type Command, Option } from "commander";
import { hearSignals } from "../child/signals.ts";
import { supervise } from "../child/supervise.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure, usage } from "../failure.ts";
import { duration, patience } from "../input/duration.ts";
import { whole } from "../input/number.ts";
import { say } from "../output/text.ts";
import { span } from "../output/time.ts";
import { type ConnectOptions, commandOf, connected, connects, type Given } from "./shared.ts";
import { type TakeOptions, takeLock } from "./take-lock.ts";

interface LockOptions extends ConnectOptions, TakeOptions {
  readonly grace?: number;
  readonly shell?: boolean;
}

const EXAMPLES = `
Examples:
  holdfast lock deploy -- ./deploy.sh
  holdfast lock deploy --no-wait -E 0 -- ./deploy.sh        one at a time, the others go away
  holdfast lock reports --kind read --wait 5m -- ./export
  holdfast lock api --kind semaphore --permits 4 -- ./call
  holdfast lock nightly --shell -- 'make && make publish'

The command finds HOLDFAST_NAME, HOLDFAST_KIND and HOLDFAST_FENCE in its environment. Its exit code is ours, 128+n
after signal n; ours are 1 (or -E) for a lock that others kept, 64 usage, 69 no answer, 75 lock lost, 77 not
allowed, 78 no connection given, 126 and 127 for a command that cannot be run or is not there.
`;

/** `holdfast lock`: runs a command while holding a lock. */
export function lockCommand(parent: Command, given: Given): void {
  const command = parent
    .command("lock")
    .description("run a command while holding a lock, as flock(1) does")
    .usage("<name> [options] -- <command> [args...]")
    .argument("<name>", "of the lock")
    .addOption(
      new Option("--kind <kind>", "what kind of lock")
        .choices(["mutex", "read", "write", "semaphore"])
        .default("mutex"),
    )
    .option("--permits <n>", "how many may hold it at once, with --kind semaphore", whole(1, 1_000_000))
    .addOption(
      new Option("--ttl <duration>", "how long the lock outlives a machine that dies")
        .argParser(duration)
        .default(30_000, "30s"),
    )
    .option(
      "-w, --wait <duration>",
      "how long to wait for the lock: 10s, 0, forever (default: forever)",
      patience,
    )
    .option("-n, --no-wait", "do not wait, as --wait 0")
    .option("-E, --conflict-exit-code <n>", "when others kept the lock", whole(0, 255), EXIT.conflict)
    .option(
      "--grace <duration>",
      "between SIGTERM and SIGKILL (default: a third of --ttl, 10s at most)",
      duration,
    )
    .option("--max-hold <duration>", "stop the command after this long", duration)
    .option("--shell", "the command is one word, for the shell")
    .addHelpText("after", EXAMPLES);
  // Without this the negated option would say that waiting is `true`.
  command.setOptionValueWithSource("wait", Number.POSITIVE_INFINITY, "default");
  connects(command).action(async (name: string, options: LockOptions) => {
    given.end(await lock(name, options, given));
  });
}

async function lock(name: string, options: LockOptions, given: Given): Promise<number> {
  const { shell = false } = options;
  const words = commandOf(given, shell, `holdfast lock ${JSON.stringify(name)} -- make`);
  const graceMs = graceOf(options);
  using signals = hearSignals();
  return await connected(options, async ({ locks }) => {
    const lease = await takeLock(locks, name, options, words, signals.waiting);
    try {
      const env = {
        HOLDFAST_NAME: name,
        HOLDFAST_KIND: options.kind,
        HOLDFAST_FENCE: String(lease.fence),
      };
      const { exitCode, lost } = await supervise(
        { words, shell, env },
        { lease, signal: lease.signal },
        graceMs,
        signals,
      );
      if (lost) throw new Failure(EXIT.lost, `the lock was lost; the command ended with ${exitCode}.`);
      return exitCode;
    } finally {
      await giveBack(lease);
    }
  });
}

/** SIGKILL has to come before the lease is over, and a renewal that is late once must not end the command. */
export function graceOf({ grace, ttl }: { readonly grace?: number; readonly ttl: number }): number {
  if (grace !== undefined && grace > ttl / 2)
    throw usage(
      `--grace is at most half of --ttl, ${span(ttl / 2)} here: the command is told to end while the lock is held.`,
    );
  return grace ?? Math.min(Math.floor(ttl / 3), 10_000);
}

/** The command has ended and its exit code counts, whether or not the store answers. */
async function giveBack(lease: Lease): Promise<void> {
  try {
    await lease.release();
  } catch {
    say(
      `the lock could not be given back: it is free in ${span(lease.expiresAt - Date.now())} at the latest.`,
    );
  }
}
