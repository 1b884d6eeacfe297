import { type Clock, HoldfastError, type Lease } from "@holdfast/core";
import { sleep } from "@holdfast/core/commands";
import type { AttemptEnd, FinishReply } from "../commands.ts";
import type { Context } from "../context.ts";
import { MAX_ERROR_LENGTH } from "../limits.ts";
import type { Attempt, Ending, Plan } from "./plan.ts";
import { errorText, storedResult } from "./result.ts";

/** An attempt that the store has begun. */
export interface Begun {
  readonly lease: Lease;
  readonly round: number;
  readonly attempt: number;
}

type Settled<T> =
  | { readonly how: "value"; readonly value: T }
  | { readonly how: "error"; readonly error: unknown }
  | { readonly how: "overdue" };

/** Runs the function once, and tells the store how it went. */
export async function runAttempt<T>(
  context: Context,
  plan: Plan,
  { lease, round, attempt }: Begun,
  fn: (run: Attempt) => T | Promise<T>,
): Promise<Ending<T>> {
  const { clock, emit } = context;
  const { task } = plan;
  const { fence } = lease;
  const startedAt = new Date(clock.wall());
  const began = clock.now();
  const abort = new AbortController();
  const unlink = [lease.signal, plan.signal].map((signal) => follow(abort, signal));
  emit({ type: "run-began", task, attempt, fence });
  const given: Attempt = {
    attempt,
    fence,
    lease,
    signal: abort.signal,
    startedAt,
    remainingMs: () => lease.remainingMs(),
  };
  const settled = await settle(clock, lease.signal, plan.graceMs, async () => fn(given));
  for (const stop of unlink) stop();
  const durationMs = clock.now() - began;

  async function end(state: AttemptEnd & ("succeeded" | "failed" | "abandoned"), told: Told) {
    const reply = await deliver(context, plan, lease, round, state, told);
    emit({
      type: "run-ended",
      task,
      attempt,
      fence,
      state,
      recorded: reply?.state === "recorded",
      durationMs,
    });
    return reply;
  }

  if (settled.how === "value") {
    const { json, refusal } = storedResult(settled.value, plan.maxResultLength);
    const reply = await end("succeeded", { result: json, remembered: refusal === undefined, error: null });
    if (reply?.state === "stale") throw lost(lease);
    const recorded = reply !== undefined;
    return {
      state: "ran",
      result: settled.value,
      attempt,
      fence,
      recorded,
      refusal,
      startedAt,
      durationMs,
    };
  }
  const error = settled.how === "error" ? settled.error : lease.signal.reason;
  await end(lease.signal.aborted ? "abandoned" : "failed", {
    result: null,
    remembered: true,
    error: errorText(error, MAX_ERROR_LENGTH),
  });
  const attemptsLeft = plan.attempts === 0 ? Number.POSITIVE_INFINITY : plan.attempts - attempt;
  return { state: "failed", error, attempt, attemptsLeft: Math.max(attemptsLeft, 0) };
}

/** Settles when the work does, or so long after its lease was lost, although it goes on. */
async function settle<T>(
  clock: Clock,
  lost: AbortSignal,
  graceMs: number,
  work: () => Promise<T>,
): Promise<Settled<T>> {
  const over = new AbortController();
  const overdue = new Promise<Settled<T>>((resolve) => {
    const wait = () =>
      sleep(clock, graceMs, over.signal).then(
        () => resolve({ how: "overdue" }),
        () => {},
      );
    if (lost.aborted) wait();
    else lost.addEventListener("abort", wait, { once: true, signal: over.signal });
  });
  const settled = work().then(
    (value): Settled<T> => ({ how: "value", value }),
    (error): Settled<T> => ({ how: "error", error }),
  );
  try {
    return await Promise.race([settled, overdue]);
  } finally {
    over.abort();
  }
}

interface Told {
  readonly result: string | null;
  readonly remembered: boolean;
  readonly error: string | null;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/**
 * Tells the store, again and again while the lease keeps others away, and once more after that. `undefined` when it could
 * not be told.
 */
async function deliver(
  { commands, clock, host }: Context,
  plan: Plan,
  { fence, signal }: Lease,
  round: number,
  state: AttemptEnd,
  told: Told,
): Promise<FinishReply | undefined> {
  const { task, keepForMs, lockAtMostForMs, metadata } = plan;
  const ask = { task, fence, round, state, ...told, keepForMs, lockAtMostForMs, host, metadata };
  const until = clock.now() + plan.ttlMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const last = signal.aborted || clock.now() >= until;
    try {
      return await commands.finish(ask, {});
    } catch (error) {
      if (last || (error as { code?: string }).code === "unauthorized") return undefined;
    }
    await sleep(clock, pauseMs);
  }
}

/** Aborts with the other signal. @returns what ends that. */
function follow(controller: AbortController, signal: AbortSignal | undefined): () => void {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}

function lost(lease: Lease): unknown {
  if (lease.signal.aborted) return lease.signal.reason;
  return new HoldfastError(
    "lost",
    `the run under ${JSON.stringify(lease.name)} came to its end after a later one had begun; it is not recorded.`,
  );
}
