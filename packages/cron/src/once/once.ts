import { HoldfastError } from "@holdfast/core";
import { checkKnown, checkMs, checkSignal, LIMITS } from "@holdfast/core/commands";
import { checkText, invalid } from "../check.ts";
import {
  backendOf,
  CLIENT_OPTIONS,
  type Context,
  type CronBackend,
  type CronClientOptions,
  type CronOptions,
  contextOf,
} from "../context.ts";
import { DAY_MS, MAX_FINGERPRINT_LENGTH, MAX_KEEP_MS, MAX_KEY_LENGTH } from "../limits.ts";
import { checkResultLength, checkTimes } from "../run/options.ts";
import { perform } from "../run/perform.ts";
import type { Attempt, Plan } from "../run/plan.ts";
import { rememberedResult } from "../run/result.ts";
import { taskLock } from "../store/keys.ts";

export interface OnceOptions {
  /** How long the result is remembered. A call that comes later runs again. 1,000 to 31,622,400,000 ms (366 days); default 86,400,000 (24 h). */
  readonly keepForMs?: number;
  /** How long the lease lasts, which is renewed: after a crash the key is free again. 100 ms to `lockAtMostForMs`; default 30,000. */
  readonly ttlMs?: number;
  /** The longest that the function may take; then `run.signal` aborts. 1,000 to 86,400,000 ms; default 3,600,000 (1 h). */
  readonly lockAtMostForMs?: number;
  /** How long to wait for another call that runs. 0: be told at once. At most 2,147,483,647 ms; default 10,000. */
  readonly waitMs?: number;
  /** What is to be done, such as a hash of the request: a key that was used for something else is refused. 1 to 128 UTF-16 units. */
  readonly fingerprint?: string;
  /** The longest result that is remembered, in characters of JSON. 0 to 1,000,000; default 8,192. */
  readonly maxResultLength?: number;
  /** As of `cron.run`. Default 5,000 ms. */
  readonly graceMs?: number;
  /** Ends waiting, which rejects with the signal's reason; and aborts `run.signal`. */
  readonly signal?: AbortSignal;
}

/** What the function is given. */
export type OnceRun = Attempt;

export type OnceOutcome<T> =
  /** This call ran the function. `recorded` false: the store could not be told, so a later call may run it again. */
  | { readonly outcome: "ran"; readonly result: T; readonly fence: number; readonly recorded: boolean }
  /** An earlier call did: its result, as JSON carries it. */
  | { readonly outcome: "remembered"; readonly result: T };

/**
 * Runs the function for a key unless that has been done, and gives the result, its own or the remembered one. A run that
 * throws, or that crashes and whose lease is over, leaves the key to the next call.
 *
 * @throws What the function throws; LockTimeoutError when another call still runs after `waitMs`; HoldfastError
 * `kind-mismatch` for a key that was used with another fingerprint, `invalid-argument` for bad options, and for a result that
 * is no JSON or too long: the function has run then and does not run again, and later calls get the same error; `unavailable`
 * when the store gave no answer, in which case the function has not run; LockLostError; the signal's reason.
 */
export type Once = <T>(
  key: string,
  fn: (run: OnceRun) => T | Promise<T>,
  options?: OnceOptions,
) => Promise<OnceOutcome<T>>;

const KNOWN: readonly (keyof OnceOptions)[] = [
  "keepForMs",
  "ttlMs",
  "lockAtMostForMs",
  "waitMs",
  "fingerprint",
  "maxResultLength",
  "graceMs",
  "signal",
];
const SHORTEST_KEEP_MS = 1000;

/**
 * Makes `once` over a store. Does no I/O.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 * @example
 * ```ts
 * const once = createOnce({ store });
 * const { result } = await once(`charge:${order.id}`, () => charge(order));
 * ```
 */
export function createOnce(options: CronOptions): Once {
  return onceOver(contextOf(backendOf("createOnce", options), options));
}

/**
 * The same over any backend: the commands may be carried over another transport.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 */
export function createOnceOver(backend: CronBackend, options: CronClientOptions = {}): Once {
  checkKnown(backend, ["commands", "locks"], "backend part");
  return onceOver(contextOf(backend, checkKnown(options, CLIENT_OPTIONS, "createOnceOver option")));
}

function onceOver(context: Context): Once {
  return async (key, fn, options = {}) => {
    if (typeof fn !== "function") throw invalid("once needs a function: once(key, fn).");
    const ending = await perform(context, planOf(key, options), fn);
    switch (ending.state) {
      case "ran": {
        const { result, fence, recorded, refusal } = ending;
        if (refusal !== undefined) throw unfit(refusal);
        return { outcome: "ran", result, fence, recorded };
      }
      case "succeeded":
        if (!ending.remembered) throw unfit("it is no JSON, or too long");
        return { outcome: "remembered", result: rememberedResult(ending.result) as never };
      case "failed":
        throw ending.error;
      case "running":
      case "busy":
        throw ending.timeout;
      default:
        throw new HoldfastError("unavailable", "the store did not say what is known of the key.");
    }
  };
}

function planOf(key: string, options: OnceOptions): Plan {
  const given = checkKnown(options, KNOWN, "once option");
  const { keepForMs = DAY_MS, waitMs = 10_000, fingerprint, signal } = given;
  const task = { once: checkText("key", key, MAX_KEY_LENGTH) };
  if (fingerprint !== undefined) checkText("fingerprint", fingerprint, MAX_FINGERPRINT_LENGTH);
  checkSignal(signal);
  return {
    task,
    lockName: taskLock(task),
    lock: "task",
    ...checkTimes(given),
    keepForMs: checkMs("keepForMs", keepForMs, SHORTEST_KEEP_MS, MAX_KEEP_MS),
    waitMs: checkMs("waitMs", waitMs, LIMITS.waitMs.min, LIMITS.waitMs.max),
    waits: { running: true, busy: true },
    attempts: 0,
    backoff: undefined,
    maxResultLength: checkResultLength(given.maxResultLength),
    scheduledAt: undefined,
    schedule: null,
    timeZone: null,
    metadata: null,
    fingerprint: fingerprint ?? "",
    signal,
  };
}

function unfit(refusal: string): HoldfastError {
  return invalid(
    `the result cannot be remembered: ${refusal}. The function has run and does not run again for this key; have it ` +
      "return less, or raise maxResultLength.",
  );
}
