import { hostname } from "node:os";
import { basename } from "node:path";
import { type AcquireOptions, type Json, type Lease, type Locks, LockTimeoutError } from "@holdfast/core";
import { Failure, usage } from "../failure.ts";
import { span } from "../output/time.ts";

/** Which lock, and how patiently. */
export interface TakeOptions {
  readonly kind: "mutex" | "read" | "write" | "semaphore";
  readonly permits?: number;
  readonly ttl: number;
  /** `false`: `--no-wait`. */
  readonly wait: number | false;
  readonly conflictExitCode: number;
  readonly maxHold?: number;
}

/** The most there is: a command may take its time. */
const LONGEST_HOLD_MS = 2_147_483_647;

/** Setting up a connection takes a part of a wait; of one as short as this, all of it. */
const SHORT_WAIT_MS = 3000;

/**
 * Takes the lock for a command, renewed.
 *
 * @throws Failure with the code for conflicts when others kept it.
 */
export async function takeLock(
  locks: Locks,
  name: string,
  options: TakeOptions,
  words: readonly string[],
  signal: AbortSignal,
): Promise<Lease> {
  const { ttl: ttlMs, maxHold: maxHoldMs = LONGEST_HOLD_MS, conflictExitCode } = options;
  const take = takerOf(locks, name, options);
  const takeWithin = (waitMs: number) =>
    take({ ttlMs, renew: { maxHoldMs }, signal, waitMs, metadata: whoRuns(words) });
  const waitMs = options.wait === false ? 0 : options.wait;
  try {
    if (waitMs === 0 || waitMs > SHORT_WAIT_MS) return await takeWithin(waitMs);
    // What is waited for is the lock, not the network.
    return await takeWithin(0).catch((error) =>
      error instanceof LockTimeoutError ? takeWithin(waitMs) : Promise.reject(error),
    );
  } catch (error) {
    if (!(error instanceof LockTimeoutError)) throw error;
    const since = `held by others, last granted ${span(error.heldForMs)} ago`;
    throw new Failure(conflictExitCode, `the lock "${name}" is ${since}.`);
  }
}

type Take = (options: AcquireOptions) => Promise<Lease>;

function takerOf(locks: Locks, name: string, { kind, permits }: TakeOptions): Take {
  if ((kind === "semaphore") !== (permits !== undefined))
    throw usage("--kind semaphore and --permits belong together.");
  if (kind === "mutex") return (options) => locks.acquire(name, options);
  const lock =
    kind === "semaphore" ? locks.semaphore(name, { permits: permits ?? 1 }) : locks.readWrite(name)[kind];
  return (options) => lock.acquire(options);
}

/** What `inspect` shows to people. Without the command's arguments: they may hold secrets. */
export function whoRuns(words: readonly string[]): Json {
  const [program = ""] = (words[0] ?? "").split(/\s/);
  return { host: hostname(), pid: process.pid, command: basename(program).slice(0, 100) };
}
