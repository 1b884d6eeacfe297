import type { AcquireOptions } from "@holdfast/core";
import type { Random, SimulatedClient } from "@holdfast/testing/simulation";
import type { Choice, Held } from "./primitives.ts";
import type { ClientRecorder } from "./recorder.ts";
import type { Chooser } from "./subject.ts";

/** What the operations of a run look like: each run has its own, so that hot and idle, short and long come up. */
export interface Habits {
  readonly names: readonly string[];
  readonly ttlMs: number;
  readonly holdMs: number;
  readonly pauseMs: number;
  /** Whether some waits may send a few requests only. */
  readonly sparing: boolean;
}

export interface Work {
  readonly client: SimulatedClient;
  readonly choose: Chooser;
  readonly habits: Habits;
  readonly random: Random;
  readonly record: ClientRecorder;
  /** True once no operation is to be begun. */
  done(): boolean;
}

/** One caller: acquires, holds, sometimes extends, and lets go in one of the ways in which programs do. */
export async function work({ client, choose, habits, random, record, done }: Work): Promise<void> {
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => void client.clock.setTimeout(resolve, Math.max(ms, 0)));

  while (!done()) {
    await sleep(random.between(0, 2 * habits.pauseMs));
    const choice = choose(habits.names, random);
    const options = drawOptions();
    const verb = random.pick(["acquire", "acquire", "acquire", "request", "tryAcquire"] as const);
    await operation(choice, choice[verb] ? verb : "acquire", options);
  }

  async function operation(
    choice: Choice,
    verb: "acquire" | "tryAcquire" | "request",
    options: AcquireOptions,
  ): Promise<void> {
    const { names, capacity, weight, patient = false } = choice;
    const fair = patient || (options.fair ?? true);
    const waits = patient || (verb !== "tryAcquire" && options.waitMs !== 0);
    const { ttlMs, claimMs = DEFAULT_CLAIM_MS, waitMs = Number.POSITIVE_INFINITY, maxWaiters } = options;
    const lastsMs = patient ? DAY_MS : lasts(options);
    const op = record.invoked({
      names,
      capacity,
      weight,
      fair,
      waits,
      claimMs: patient ? DEFAULT_CLAIM_MS : claimMs,
      ...(ttlMs !== undefined && { ttlMs }),
      ...(lastsMs !== undefined && { lastsMs }),
      ...(waits && !patient && maxWaiters !== undefined && { maxWaiters }),
      ...(waits && !patient && Number.isFinite(waitMs) && { waitMs }),
    });
    const asked = { ...options, metadata: op };
    try {
      if (verb === "request") {
        await choice.request?.(asked, async (held) => {
          record.granted(op, held);
          await hold(held, op, ttlMs, choice);
          record.releasing(op);
        });
        // It does not say how the release went.
        return record.released(op, "unknown");
      }
      const held = verb === "acquire" ? await choice.acquire(asked) : await tryAcquire(choice, asked);
      if (!held) return record.ended(op, "failed", true);
      record.granted(op, held);
      await hold(held, op, ttlMs, choice);
      // Programs crash, return early, and forget. What renews itself is not forgotten: it would be held for a day.
      const renews = options.renew === true || patient;
      const limited = typeof options.renew === "object";
      if (renews || !random.chance(limited ? 0.15 : 0.04)) await letGo(held, op);
    } catch (error) {
      const { code } = error as { code?: string };
      record.ended(op, outcomeOf(error), code === "refused" || (code === "timeout" && !waits));
    }
  }

  async function tryAcquire(choice: Choice, options: AcquireOptions): Promise<Held | null> {
    const { waitMs: _, maxWaiters: __, maxRequests: ___, ...rest } = options;
    return (await choice.tryAcquire?.(rest)) ?? null;
  }

  async function hold(held: Held, op: string, usualMs: number | undefined, choice: Choice): Promise<void> {
    await sleep(random.magnitude(0.2, 5) * habits.holdMs);
    record.looked(op, held);
    if (choice.convert) await change(held, op, choice);
    if (!held.extend || !random.chance(0.2) || held.signal.aborted) return;
    const ttlMs = random.chance(0.5) ? undefined : Math.ceil(random.magnitude(10, 3 * habits.ttlMs));
    record.extending(op, ttlMs ?? usualMs ?? 0);
    try {
      await held.extend(ttlMs);
      record.looked(op, held);
    } catch (error) {
      outcomeOf(error);
    }
    await sleep(random.magnitude(0.2, 2) * habits.holdMs);
    record.looked(op, held);
  }

  /** Readers become the writer, and writers readers, some of them more than once. */
  async function change(held: Held, op: string, { weight, capacity, convert }: Choice): Promise<void> {
    let now = weight;
    for (let times = random.pick([0, 0, 0, 0, 1, 2, 3]); times > 0 && !held.signal.aborted; times--) {
      const wanted = now === capacity ? 1 : capacity;
      record.converting(op, wanted);
      try {
        await convert?.(held, wanted);
        record.converted(op, held);
        now = wanted;
      } catch (error) {
        if (OTHERS.test((error as Error).message)) record.refused(op);
        else outcomeOf(error);
        // Who asked for less relies on no more, whatever came of it.
        now = Math.min(now, wanted);
      }
      await sleep(random.magnitude(0.1, 1) * habits.holdMs);
      record.looked(op, held);
    }
  }

  async function letGo(held: Held, op: string): Promise<void> {
    record.releasing(op);
    const again = random.chance(0.1) ? held.release().catch(() => {}) : undefined;
    try {
      record.released(op, await held.release());
    } catch (error) {
      outcomeOf(error);
      record.released(op, "unknown");
    }
    await again;
  }

  function drawOptions(): AcquireOptions {
    const { ttlMs } = habits;
    return {
      ttlMs: Math.ceil(random.between(0.5, 1.5) * ttlMs),
      waitMs: random.pick([0, 300, 3000, 10_000, 60_000, Number.POSITIVE_INFINITY]),
      renew: random.pick([false, false, true, { maxHoldMs: 6 * ttlMs }] as const),
      ...(random.chance(0.08) && { signal: abortLater(random.magnitude(1, 3000)) }),
      ...(random.chance(0.1) && { fair: false }),
      ...(random.chance(0.05) && { maxWaiters: random.whole(1, 3) }),
      ...(habits.sparing && random.chance(0.4) && { maxRequests: random.whole(2, 12) }),
      ...(random.chance(0.3) && { claimMs: random.pick([100, 500, LONGEST_CLAIM_MS]) }),
      ...(random.chance(0.05) && { lockDelayMs: 200 }),
    };
  }

  function abortLater(ms: number): AbortSignal {
    const controller = new AbortController();
    client.clock.setTimeout(() => controller.abort(new Error(GIVEN_UP)), ms);
    return controller.signal;
  }
}

const LONGEST_CLAIM_MS = 5000;
/** What the SDK takes when nothing is said. */
const DEFAULT_CLAIM_MS = 2000;
const GIVEN_UP = "given up";
/** What is said to a reader that wants to be the writer and is not alone. */
const OTHERS = /other readers/;

const DAY_MS = 86_400_000;

/** How long the lease lasts if nothing goes wrong. */
function lasts({ ttlMs, renew }: AcquireOptions): number | undefined {
  if (typeof renew === "object") return renew.maxHoldMs;
  return renew ? DAY_MS : ttlMs;
}

/** Throws what no fault explains. */
function outcomeOf(error: unknown): "failed" | "unknown" {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "timeout") return "failed";
  // Refused: the server takes no writes for a while.
  if (code === "unavailable" || code === "lost" || code === "refused" || message === GIVEN_UP)
    return "unknown";
  throw error;
}
