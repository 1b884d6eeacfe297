import type { Clock } from "../clock.ts";
import { attemptEnded, HoldfastError, MissedLeaseError, UnacknowledgedError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { elapsedMs, type Instant, instant } from "../lease/deadline.ts";
import type { Sightings } from "../lease/grant.ts";
import { attemptMs, type LeaseKeeper } from "../lease/keeper.ts";
import type { LeaseCommands, Manner } from "../lock/lease-commands.ts";
import type { AcquireReply } from "../lock/replies.ts";
import type { Claim, Target, Wish } from "../lock/target.ts";
import { token } from "../locks/claim.ts";
import type { ParsedOptions } from "../locks/options.ts";

export interface AttemptContext {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly commands: LeaseCommands;
  readonly keeper: LeaseKeeper;
  readonly sightings: Sightings;
  /** Where wake-ups for this client are published; `undefined` where nothing can be heard. */
  readonly channel: string | undefined;
}

/** An answer, and when the request left that got it. */
export interface Answer {
  readonly reply: Exclude<AcquireReply, { status: "ended" }>;
  readonly sentAt: Instant;
}

/** One acquire of one caller: the same claim in every request it sends, so that all of them count as one. */
export interface Attempt {
  readonly target: Target;
  readonly claim: Claim;
  readonly nonce: string;
  readonly requests: number;
  ask(manner: Manner, budgetMs: number, signal: AbortSignal | undefined): Promise<Answer>;
  /** Undoes in the background whatever the requests may have done: a grant, a place in the queue. */
  takeBack(): void;
}

export function createAttempt(
  context: AttemptContext,
  target: Target,
  options: ParsedOptions,
  claim: Claim,
): Attempt {
  const { clock, commands, emit, keeper, sightings, channel } = context;
  const { ttlMs, lockDelayMs, claimMs, waitMs, metadataJson, maxWaiters } = options;
  const nonce = token(clock);
  const placeMs = Number.isFinite(waitMs) ? Math.ceil(waitMs) : 0;
  const wish: Wish = { ttlMs, metadata: metadataJson, lockDelayMs, claimMs, placeMs, channel, nonce };
  let sentAt = instant(clock);
  let requests = 0;
  /** Whether something of this attempt may be on the server. */
  let open = false;
  let placed = false;
  const tell = (place: "taken" | "left") => {
    try {
      options.onPlace?.(place);
    } catch {}
  };

  return {
    target,
    claim,
    nonce,
    get requests() {
      return requests;
    },
    async ask(manner, budgetMs, signal) {
      const started = instant(clock);
      let sent = 0;
      try {
        const reply = await commands.acquire(target, claim, wish, manner, maxWaiters, {
          signal,
          budgetMs,
          attemptMs: attemptMs(ttlMs),
          onSend: () => {
            sentAt = instant(clock);
            sent++;
            requests++;
          },
        });
        if (reply.status === "ended") throw attemptEnded(target.name, options.attemptId);
        sightings.note(sentAt, reply.serverNow);
        // After several tries an earlier one may still be on its way, whatever a later one was told.
        open ||=
          reply.status === "granted" ||
          reply.status === "queued" ||
          sent > 1 ||
          (reply.status === "held" && reply.unsettled === true);
        if (reply.status === "queued" && !placed) tell("taken");
        placed ||= reply.status === "queued";
        return { reply, sentAt };
      } catch (error) {
        // The reason of an abort may be any error, one of ours too.
        const aborted = signal?.aborted && error === signal.reason;
        const code = !aborted && error instanceof HoldfastError ? error.code : "aborted";
        const executed = error instanceof UnacknowledgedError;
        // One clear refusal did nothing; after several tries an earlier one may still have been executed.
        open ||= executed || sent > 1 || (sent === 1 && (code === "unavailable" || code === "aborted"));
        if (code === "unavailable" && !executed && !(error instanceof MissedLeaseError))
          emit?.({
            type: "unknown",
            name: target.name,
            during: "acquire",
            durationMs: elapsedMs(clock, started),
          });
        throw error;
      }
    },
    takeBack() {
      if (!open) return;
      const lastsMs = Math.max(ttlMs, placeMs);
      void keeper
        .later(lastsMs, (run) => commands.takeBack([target], claim, wish, run))
        .then(() => tell("left"));
    },
  };
}
