import { type Clock, sleep } from "../clock.ts";
import { HoldfastError, LockTimeoutError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { elapsedMs, instant, reliableMs, remainingOf } from "../lease/deadline.ts";
import { attemptMs, type LeaseKeeper } from "../lease/keeper.ts";
import { HeldLease, type LeaseMode } from "../lease/lease.ts";
import type { Claim, LockCommands } from "../lock/commands.ts";
import { newClaim } from "../locks/claim.ts";
import type { ParsedOptions } from "../locks/options.ts";
import { pollDelayMs } from "./poll.ts";

export interface AcquireContext {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly commands: LockCommands;
  readonly keeper: LeaseKeeper;
}

interface Held {
  readonly freeInMs: number;
  readonly heldForMs: number;
}

const MODE: LeaseMode = "exclusive";

/** Asks once. A failure to learn the answer takes back what the request may have got. */
async function ask(
  context: AcquireContext,
  name: string,
  claim: Claim,
  options: ParsedOptions,
  budgetMs: number,
): Promise<HeldLease | Held> {
  const { clock, commands, emit, keeper } = context;
  const started = instant(clock);
  let sentAt = started;
  let sent = 0;
  options.signal?.throwIfAborted();
  try {
    const reply = await commands.acquire(name, claim, options.ttlMs, options.metadataJson, {
      signal: options.signal,
      budgetMs,
      attemptMs: attemptMs(options.ttlMs),
      onSend: () => {
        sentAt = instant(clock);
        sent++;
      },
    });
    if (reply.status === "ended")
      throw new HoldfastError(
        "attempt-ended",
        `this attempt's lease on ${JSON.stringify(name)} has already ended; use a new attemptId.`,
      );
    if (reply.status === "held") return reply;

    const { ttlMs, metadata } = options;
    const deadline = { from: sentAt, ms: reliableMs(reply.remainingMs) };
    if (remainingOf(clock, deadline) <= 0)
      throw new HoldfastError(
        "unavailable",
        `the lease on ${JSON.stringify(name)} was over before the answer arrived; use a longer ttlMs.`,
      );
    const terms = {
      ...claim,
      name,
      mode: MODE,
      owner: reply.owner,
      fence: reply.fence,
      metadata,
      ttlMs,
      acquiredAt: Math.floor(started.wall),
    };
    return new HeldLease(keeper, terms, deadline, true);
  } catch (error) {
    const code = error instanceof HoldfastError ? error.code : "aborted";
    if (code === "unavailable")
      emit?.({ type: "unknown", name, during: "acquire", durationMs: elapsedMs(clock, started) });
    // One clear refusal did nothing; after several tries an earlier one may still have been executed.
    if (code === "unavailable" || code === "aborted" || sent > 1)
      keeper.giveBackLater(name, claim, options.ttlMs);
    throw error;
  }
}

function granted(
  context: AcquireContext,
  lease: HeldLease,
  options: ParsedOptions,
  durationMs: number,
): HeldLease {
  if (options.maxHoldMs > 0) context.keeper.renewer.add(lease, options.maxHoldMs);
  const { name, mode, fence, ttlMs } = lease;
  context.emit?.({ type: "acquired", name, mode, fence, ttlMs, durationMs });
  return lease;
}

export async function tryAcquire(
  context: AcquireContext,
  name: string,
  options: ParsedOptions,
): Promise<HeldLease | null> {
  const started = instant(context.clock);
  const answer = await ask(context, name, newClaim(context.clock, options.attemptId), options, options.ttlMs);
  if (answer instanceof HeldLease)
    return granted(context, answer, options, elapsedMs(context.clock, started));
  context.emit?.({ type: "contended", name, ...hints(answer) });
  return null;
}

export async function acquire(
  context: AcquireContext,
  name: string,
  options: ParsedOptions,
): Promise<HeldLease> {
  const { clock, emit } = context;
  const { waitMs, signal } = options;
  const claim = newClaim(clock, options.attemptId);
  const started = instant(clock);
  const leftMs = () => (waitMs === 0 ? 0 : waitMs - elapsedMs(clock, started));
  let held: Held | undefined;
  let requests = 0;

  const waited = (outcome: "granted" | "timeout" | "aborted" | "failed") => {
    if (held) emit?.({ type: "waited", name, outcome, durationMs: elapsedMs(clock, started), requests });
  };
  try {
    for (;;) {
      requests++;
      const answer = await ask(
        context,
        name,
        claim,
        options,
        waitMs === 0 ? options.ttlMs : Math.min(leftMs(), options.ttlMs),
      );
      if (answer instanceof HeldLease) {
        waited("granted");
        return granted(context, answer, options, elapsedMs(clock, started));
      }
      if (!held) emit?.({ type: "contended", name, ...hints(answer) });
      held = answer;
      const pauseMs = pollDelayMs(clock, requests, answer.freeInMs);
      if (pauseMs >= leftMs()) {
        await sleep(clock, Math.max(leftMs(), 0), signal);
        break;
      }
      await sleep(clock, pauseMs, signal);
    }
  } catch (error) {
    if (!(error instanceof HoldfastError)) waited("aborted");
    else if (!(held && error.code === "unavailable" && leftMs() <= 0)) waited("failed");
    else {
      // The last look was cut short by the end of the wait. What is known is that the name was held.
      waited("timeout");
      throw new LockTimeoutError(name, elapsedMs(clock, started), held.heldForMs, held.freeInMs);
    }
    throw error;
  }
  waited("timeout");
  throw new LockTimeoutError(name, elapsedMs(clock, started), held.heldForMs, held.freeInMs);
}

function hints({ freeInMs, heldForMs }: Held): Held {
  return { freeInMs, heldForMs };
}
