import type { Clock } from "@holdfast/core";
import { type Garbage, garbled } from "./garbage.ts";

/** Which requests a fault is meant for. */
export interface FaultTarget {
  /** How many requests it hits. Default 1; `Infinity` allowed. */
  times?: number;
  /**
   * Whether a request is meant. Default: every one.
   *
   * @param commands the commands in it, as in `RecordedRequest`.
   * @param index its place among all requests since the start or the last `clear()`, from 0.
   */
  when?: (commands: readonly (readonly string[])[], index: number) => boolean;
  /** Keep the caller waiting even when its signal aborts, as a `fetch` without abort does. Default false. */
  ignoreAbort?: boolean;
}

/** One kind of trouble. Whatever runs has run for good: an abort by the caller does not take it back. */
export type FetchFault = FaultTarget &
  (
    | {
        /** `drop-request`: the connection breaks before anything ran. `drop-reply`: after everything ran. */
        action: "drop-request" | "drop-reply";
      }
    | {
        /** No answer, ever. */
        action: "hang";
        /** Run the request before falling silent. Default false. */
        afterExecuting?: boolean;
      }
    | {
        /** `delay-request`: waits, then runs, even if the caller has given up by then. `delay-reply`: runs, then waits. */
        action: "delay-request" | "delay-reply";
        /** In milliseconds, 0 or more. */
        delayMs: number;
      }
    | {
        /** Runs the request twice, one after the other. */
        action: "duplicate";
        /** Whose answer the caller gets. Default `second`, as from a proxy that tried again. */
        answer?: "first" | "second";
      }
    | {
        /** An error status with `{"error": …}`. */
        action: "status";
        /** Default 503. */
        status?: number;
        /** Such as `{ "retry-after": "1" }` with 429. */
        headers?: Record<string, string>;
        /** The error text. Default: one that names the status. */
        error?: string;
        /** Run the request first, as behind a proxy that lost patience. Default false. */
        afterExecuting?: boolean;
      }
    | {
        /** Runs the request and damages the body of its answer. */
        action: "garbage";
        body: Garbage;
      }
  );

export type FaultAction = FetchFault["action"];

/** Carries one request to its answer. */
export type Send = () => Promise<Response>;

/** Puts a fault between the caller and the rest of the way. */
export function applyFault(fault: FetchFault, next: Send, clock: Pick<Clock, "setTimeout">): Send {
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));
  switch (fault.action) {
    case "drop-request":
      return async () => {
        throw connectionReset();
      };
    case "drop-reply":
      return async () => {
        await execute(next);
        throw connectionReset();
      };
    case "hang":
      return async () => {
        if (fault.afterExecuting) await execute(next);
        return new Promise<never>(() => {});
      };
    case "delay-request":
      return async () => {
        await wait(fault.delayMs);
        return next();
      };
    case "delay-reply":
      return async () => {
        // Read to its end first: the delay is on the way back, not in the server.
        const answer = await buffered(await next());
        await wait(fault.delayMs);
        return answer;
      };
    case "duplicate":
      return async () => {
        const first = await buffered(await next());
        const second = await buffered(await next());
        return fault.answer === "first" ? first : second;
      };
    case "status":
      return async () => {
        if (fault.afterExecuting) await execute(next);
        const status = fault.status ?? 503;
        const body = JSON.stringify({ error: fault.error ?? `answered ${status} by a fault` });
        return new Response(body, {
          status,
          headers: { "content-type": "application/json", ...fault.headers },
        });
      };
    case "garbage":
      return async () => garbled(await next(), fault.body);
  }
}

/** As Node's `fetch` reports it. */
function connectionReset(): TypeError {
  const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  return new TypeError("fetch failed", { cause });
}

/** Runs the request to the end of its answer. */
async function execute(next: Send): Promise<void> {
  await (await next()).arrayBuffer();
}

async function buffered(answer: Response): Promise<Response> {
  const body = await answer.arrayBuffer();
  const { status, statusText, headers } = answer;
  return new Response(isBodyless(status) ? null : body, { status, statusText, headers });
}

/** Statuses whose answer may not have a body (Fetch standard, "null body status"). */
function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}
