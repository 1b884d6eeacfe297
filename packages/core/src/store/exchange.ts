import type { Clock } from "../clock.ts";
import type { TryFailure } from "./retry.ts";
import type { RunOptions } from "./store.ts";
import { within } from "./within.ts";

/** What a server said over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * One POST and its whole answer, within `limitMs`. Gives failures as values, since a fetch error's own text may repeat
 * what was sent.
 */
export function exchange(
  clock: Clock,
  fetch: typeof globalThis.fetch,
  url: string,
  headers: Record<string, string>,
  body: string,
  limitMs: number,
  options: RunOptions,
): Promise<Answer | TryFailure> {
  return within<Answer | TryFailure>(clock, limitMs, options, async (signal) => {
    try {
      const response = await fetch(url, post(headers, body, signal));
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      return { retry: "network", text: `the connection failed${systemCode(error)}` };
    }
  });
}

/** Node's name for the trouble, such as ECONNREFUSED: the one part of a fetch error that repeats nothing. */
function systemCode(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? ` (${code})` : "";
}

/** A request that is answered by the store itself: not by a cache, and not by where a redirect leads. */
export function post(headers: Record<string, string>, body: string, signal: AbortSignal): RequestInit {
  return { method: "POST", headers, body, signal, redirect: "manual", ...uncached() };
}

let noStore: { cache?: RequestCache } | undefined;

/** Frameworks that cache `fetch` must not answer for the store; older Workers do not know the option. */
function uncached(): { cache?: RequestCache } {
  // Asked once: in Node the look at `Request` takes as long as the rest of a request's preparation.
  noStore ??= typeof Request === "function" && "cache" in Request.prototype ? { cache: "no-store" } : {};
  return noStore;
}
