import { checkKnown, checkMs, checkWhole } from "../check.ts";
import { type Clock, checkClock, MAX_TIMER_MS, systemClock } from "../clock.ts";
import { invalid } from "../errors.ts";
import type { RetryPolicy } from "./retry.ts";

export interface RestStoreOptions {
  /** The database's REST URL, as `UPSTASH_REDIS_REST_URL` has it. */
  readonly url: string;
  /** Its token, sent as a bearer token and nowhere else. It must be allowed to run scripts. */
  readonly token: string;
  /** Replaces the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Time for one try. 1 to 2,147,483,647 ms; default 5,000. A short lease shortens it. */
  readonly timeoutMs?: number;
  /** What happens when a try gets no answer, 429 or 5xx. Safe to repeat: see {@link Store}. */
  readonly retry?: RetryPolicy;
  /** Replaces the platform's time and chance, for tests. */
  readonly clock?: Clock;
}

const KNOWN = ["url", "token", "fetch", "timeoutMs", "retry", "clock"];

export function parseRestOptions(
  options: RestStoreOptions,
): Required<RestStoreOptions> & { retry: Required<RetryPolicy> } {
  const {
    url,
    token,
    timeoutMs = 5000,
    retry,
    clock = systemClock,
  } = checkKnown(options ?? {}, KNOWN, "restStore option");
  const href = checkUrl(url);
  if (options?.fetch !== undefined && typeof options?.fetch !== "function")
    throw invalid("restStore: fetch must be a function.");
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
    throw invalid("restStore: token must be the REST token, such as the value of UPSTASH_REDIS_REST_TOKEN.");
  checkClock(clock);
  return {
    url: href,
    token,
    // Called without a receiver: some platforms refuse `fetch` as a method of another object.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: checkMs("timeoutMs", timeoutMs, 1, MAX_TIMER_MS),
    retry: parseRetryPolicy(retry),
    clock,
  };
}

/** @throws HoldfastError `invalid-argument` for a policy that cannot work. */
export function parseRetryPolicy(policy: RetryPolicy = {}): Required<RetryPolicy> {
  const {
    retries = 3,
    minDelayMs = 50,
    maxDelayMs = 1000,
  } = checkKnown(policy, ["retries", "minDelayMs", "maxDelayMs"], "retry option");
  return {
    retries: checkWhole("retry.retries", retries, 0, 1000),
    minDelayMs: checkMs("retry.minDelayMs", minDelayMs, 0, MAX_TIMER_MS),
    maxDelayMs: checkMs("retry.maxDelayMs", maxDelayMs, 0, MAX_TIMER_MS),
  };
}

function checkUrl(url: unknown): string {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url as string);
  } catch {}
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw invalid("restStore: url must be an http(s) URL, such as the value of UPSTASH_REDIS_REST_URL.");
  if (parsed.username || parsed.password || parsed.search || parsed.hash)
    throw invalid("restStore: url must not carry credentials or a query; pass the token as `token`.");
  return parsed.href;
}
