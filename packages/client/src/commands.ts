import { type EventListener, HoldfastError } from "@holdfast/core";
import type { Claim, LockCommands, RunOptions } from "@holdfast/core/commands";
import {
  readAcquire,
  readAcquireAll,
  readBroken,
  readConvert,
  readCount,
  readHash,
  readInspection,
  readNothing,
  readOutcome,
  readPage,
  readRemaining,
} from "./answers.ts";
import type { Attempts } from "./attempts.ts";
import {
  acquireAllBody,
  acquireBody,
  encoded,
  extensions,
  fits,
  pathOf,
  releases,
  withdrawals,
} from "./requests.ts";
import type { Transport } from "./transport.ts";

type LockEvent = Parameters<EventListener>[0];
type Verb = Extract<LockEvent, { type: "retried" }>["during"];

/** What ends requests before their answer. */
export interface Era {
  /** Aborts when what the client has at the service was given back behind the back of its waits. */
  readonly signal: AbortSignal;
  /** @throws HoldfastError when the client is closed. */
  check(): void;
}

/** The commands of `@holdfast/core` as requests to the lock service. */
export function httpCommands(
  transport: Transport,
  attempts: Attempts,
  era: () => Era,
): (emit: EventListener | undefined) => LockCommands {
  return (emit) => {
    const told = (during: Verb, names: readonly string[], options: RunOptions): RunOptions => {
      const onRetry: RunOptions["onRetry"] =
        emit && ((info) => emit({ type: "retried", names, during, ...info }));
      return { ...options, onRetry };
    };

    /**
     * Runs an acquire, and says `ended` when the page took back meanwhile what it may get. Afterwards nothing is open
     * unless the service may have something of it.
     */
    async function asking<Reply extends { readonly status: string }>(
      names: readonly string[],
      claim: Claim,
      options: RunOptions,
      send: (options: RunOptions) => Promise<Reply>,
    ): Promise<Reply | { readonly status: "ended" }> {
      const now = era();
      now.check();
      if (attempts.isGone(claim)) return { status: "ended" };
      let sent = 0;
      const both = new AbortController();
      const abort = () => both.abort(options.signal?.reason);
      const end = () => both.abort();
      options.signal?.addEventListener("abort", abort, { once: true });
      now.signal.addEventListener("abort", end, { once: true });
      const nothing = () => {
        for (const name of names) attempts.ended(name, claim);
      };
      try {
        if (options.signal?.aborted) abort();
        const reply = await send({
          ...told("acquire", names, options),
          signal: both.signal,
          onSend() {
            sent++;
            options.onSend?.();
          },
        });
        if (now.signal.aborted) return { status: "ended" };
        // After several tries an earlier one may still be on its way.
        if (reply.status === "ended" || reply.status === "apart") nothing();
        if ((reply.status === "held" || reply.status === "full") && sent <= 1) nothing();
        return reply;
      } catch (error) {
        if (now.signal.aborted && !options.signal?.aborted) {
          era().check();
          return { status: "ended" };
        }
        const unclear = !(error instanceof HoldfastError) || error.code === "unavailable";
        if (sent === 0 || (sent === 1 && !unclear)) nothing();
        throw error;
      } finally {
        options.signal?.removeEventListener("abort", abort);
        now.signal.removeEventListener("abort", end);
      }
    }

    return {
      slotOf: () => 0,
      async acquire(target, claim, wish, manner, maxWaiters, options) {
        const { name } = target;
        const path = pathOf(name, "acquire");
        const waits = manner === "wait" || manner === "barge";
        let hash: string | undefined;
        const reply = await asking([name], claim, options, (options) => {
          const waitedMs = Math.round(attempts.asked(target, claim, wish));
          const body = {
            ...acquireBody(target, claim, wish, waits ? waitedMs : undefined),
            ...(manner.startsWith("barge") && { fair: false }),
            ...(manner === "barge-steal" && { steal: true }),
            ...(maxWaiters > 0 && { maxWaiters }),
          };
          return transport.call({ path, body, name }, options, (answer) => {
            hash = readHash(answer);
            return readAcquire(answer);
          });
        });
        if (reply.status === "granted") {
          // Another one's: the attempt is a repetition of one by another process.
          if (reply.owner !== claim.owner) attempts.ended(name, claim);
          attempts.granted(name, { ...claim, owner: reply.owner }, reply.fence, reply.remainingMs);
        }
        if (reply.status === "queued")
          attempts.queued(claim, { position: reply.place, freeInMs: reply.freeInMs, hash });
        return reply;
      },
      async acquireAll(names, claim, wish, options) {
        const body = acquireAllBody(names, claim, wish);
        if (!fits(body)) return { status: "apart" };
        const reply = await asking(names, claim, options, (options) => {
          for (const name of names)
            attempts.asked({ name, kind: "mutex", capacity: 1, weight: 1, mode: "exclusive" }, claim, wish);
          const call = { path: "v1/leases/acquire", body, name: names[0] };
          return transport.call(call, options, (answer) => readAcquireAll(answer, names.length));
        });
        if (reply.status === "granted")
          for (const [i, name] of names.entries()) {
            if (reply.owner !== claim.owner) attempts.ended(name, claim);
            const owned = { ...claim, owner: reply.owner };
            attempts.granted(name, owned, reply.fences[i] ?? 0, reply.remainingMs);
          }
        return reply;
      },
      async extend(leases, options) {
        const rows = leases.map(({ name, attempt, owner, ttlMs }) => {
          const waitedMs = attempts.untold(name, { attempt, owner });
          return { name, owner, attemptId: attempt, ttlMs, ...(waitedMs !== undefined && { waitedMs }) };
        });
        const parts = extensions(rows);
        let sent = false;
        // Of several requests the first counts, so that no lease is thought to end later than it does.
        const first = {
          ...options,
          onSend() {
            if (!sent) options.onSend?.();
            sent = true;
          },
        };
        const names = leases.map(({ name }) => name);
        const run = told("extend", names, parts.length > 1 ? first : options);
        const answers = await Promise.all(
          parts.map(({ call, count }) => transport.call(call, run, (answer) => readRemaining(answer, count))),
        );
        const remaining = answers.flat();
        for (const [i, { name, attempt, owner }] of leases.entries())
          attempts.extended(name, { attempt, owner }, remaining[i] ?? 0);
        return remaining;
      },
      async release(leases, claim, options) {
        const [first] = leases;
        const waitedMs = first && attempts.untold(first.name, claim);
        const run = told(
          "release",
          leases.map(({ name }) => name),
          options,
        );
        const released = await Promise.all(
          releases(leases, claim, { waitedMs }).map((call) => transport.call(call, run, readOutcome)),
        );
        for (const { name } of leases) attempts.ended(name, claim);
        return released.every((one) => one);
      },
      async takeBack(targets, claim, wish, options) {
        const names = targets.map(({ name }) => name);
        const run = told("release", names, options);
        await Promise.all(
          withdrawals(targets, claim, wish).map((call) => transport.call(call, run, readNothing)),
        );
        for (const name of names) attempts.ended(name, claim);
      },
      async convert(name, claim, fence, mode, _weight, options) {
        const body = { owner: claim.owner, attemptId: claim.attempt, fence, mode };
        const call = { path: pathOf(name, "convert"), body, name };
        const reply = await transport.call(call, told("extend", [name], options), readConvert);
        if (reply.status === "converted") attempts.granted(name, claim, reply.fence, reply.remainingMs);
        if (reply.status === "lost") attempts.ended(name, claim);
        return reply;
      },
      async resize({ name, capacity }, attempt, options) {
        const body = { permits: capacity, attemptId: attempt };
        const call = { path: pathOf(name, "resize"), body, name };
        await transport.call(call, told("extend", [name], options), readNothing);
      },
      inspect: async (name, _most, options) =>
        transport.call(
          { method: "GET", path: pathOf(name), name },
          told("inspect", [name], options),
          readInspection,
        ),
      forceRelease: async (name, attempt, options) =>
        transport.call(
          { method: "DELETE", path: pathOf(name), body: { attemptId: attempt }, name },
          told("release", [name], options),
          readBroken,
        ),
      async latch(name, { count, keepMs, attempt, n }, options) {
        const body = { count, keepMs, n, ...(attempt !== "" && { attemptId: attempt }) };
        const path = pathOf(name, "count-down").replace("v1/locks/", "v1/latches/");
        return transport.call({ path, body, name }, told("latch", [name], options), (answer) =>
          readCount(answer, count),
        );
      },
      async list({ prefix, cursor, limit }, options) {
        const query = [
          ...(prefix === "" ? [] : [`prefix=${encoded(prefix)}`]),
          ...(cursor === "0" ? [] : [`cursor=${cursor}`]),
          `limit=${Math.min(limit, 100)}`,
        ];
        const call = { method: "GET", path: `v1/locks?${query.join("&")}` } as const;
        return transport.call(call, told("inspect", [], options), readPage);
      },
    };
  };
}
