import { type Clock, parseStoreTiming, type RetryPolicy, type StoreTiming } from "@holdfast/core";
import type { ClientOptions as LocksOverOptions } from "@holdfast/core/commands";
import { invalid } from "./check.ts";
import { fixedToken, type GetToken, isToken, providedToken, type Tokens } from "./tokens.ts";

export interface ClientOptions extends LocksOverOptions, StoreTiming {
  /**
   * Where the lock service is, with the path it is mounted at: `https://locks.example.com` or, behind the page's own
   * server, `/locks`. In a browser it may be relative to the page.
   */
  readonly url: string;
  /** An API key or a JWT, sent as a bearer token and nowhere else. Not an API key in a page: everybody can read it there. */
  readonly token?: string;
  /**
   * Gives the token when one is needed, instead of `token`. Asked once for all requests, again before the `exp` of a JWT,
   * and once more after the service refused the token (401), with `refresh: true`. Failing or hanging for `timeoutMs`
   * counts as a try that failed.
   */
  readonly getToken?: GetToken;
  /** The tenant whose locks are meant. The operator's key can choose; every other token has one already. */
  readonly tenant?: string;
  /** Replaces the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Gives back everything when the page is left (`pagehide`), by requests that outlive it; the leases are told that they
   * are lost, in case the page comes back out of the back/forward cache. `false` for a page that hands its leases over to
   * another process. Default true; without effect where there are no pages.
   */
  readonly releaseOnPageHide?: boolean;
  /** In a worker: the port that the page made with `watchWorker`, so that ending the worker frees what it holds. */
  readonly releasePort?: MessagePort;
}

const LOCKS_OPTIONS = ["defaults", "onEvent", "waitUntil", "clock"];
const KNOWN = [
  "url",
  "token",
  "getToken",
  "tenant",
  "fetch",
  "timeoutMs",
  "retry",
  "releaseOnPageHide",
  "releasePort",
  ...LOCKS_OPTIONS,
];

export interface ParsedClientOptions {
  /** Ends with a slash. */
  readonly url: string;
  readonly tokens: Tokens;
  readonly tenant: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly retry: Required<RetryPolicy>;
  readonly clock: Clock;
  readonly releaseOnPageHide: boolean;
  readonly releasePort: MessagePort | undefined;
  readonly locks: LocksOverOptions;
}

/** @throws HoldfastError `invalid-argument` for what cannot work. */
export function parseClientOptions(options: ClientOptions): ParsedClientOptions {
  if (typeof options !== "object" || options === null)
    throw invalid("createClient needs { url, token } or { url, getToken }.");
  for (const key of Object.keys(options))
    if (!KNOWN.includes(key))
      throw invalid(
        `unknown createClient option ${JSON.stringify(key)}; known are ${[...new Set(KNOWN)].join(", ")}.`,
      );
  const {
    url,
    token,
    getToken,
    fetch,
    timeoutMs,
    retry,
    clock,
    tenant,
    releaseOnPageHide = true,
    releasePort,
  } = options;
  for (const [name, fn] of Object.entries({ fetch, getToken }))
    if (fn !== undefined && typeof fn !== "function")
      throw invalid(`createClient: ${name} must be a function.`);
  if (tenant !== undefined && !/^[a-z0-9-]{1,32}$/.test(tenant))
    throw invalid("tenant must be 1 to 32 of the characters a-z 0-9 -");
  if (typeof releaseOnPageHide !== "boolean") throw invalid("releaseOnPageHide must be true or false.");
  if (releasePort !== undefined && typeof releasePort?.postMessage !== "function")
    throw invalid("releasePort must be the port that watchWorker gave.");
  const timing = parseStoreTiming("createClient", {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retry !== undefined && { retry }),
    ...(clock !== undefined && { clock }),
  });
  const locks = Object.fromEntries(
    LOCKS_OPTIONS.flatMap((name) => {
      const value = options[name as keyof LocksOverOptions];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    ...timing,
    url: checkUrl(url),
    tokens: tokensOf(token, getToken, timing),
    tenant,
    // Called without a receiver: some platforms refuse `fetch` as a method of another object.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    releaseOnPageHide,
    releasePort,
    locks,
  };
}

function tokensOf(
  token: unknown,
  getToken: GetToken | undefined,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): Tokens {
  if ((token === undefined) === (getToken === undefined))
    throw invalid("createClient needs either a token or getToken.");
  if (getToken) return providedToken(getToken, clock, timeoutMs);
  if (!isToken(token)) throw invalid("createClient: token must be an API key or a JWT.");
  return fixedToken(token);
}

function checkUrl(url: unknown): string {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url as string, globalThis.location?.href);
  } catch {}
  if (typeof url !== "string" || !parsed || !/^https?:$/.test(parsed.protocol))
    throw invalid("createClient: url must be the lock service's http(s) URL.");
  if (parsed.username || parsed.password || parsed.search || parsed.hash)
    throw invalid("createClient: url must not carry credentials or a query; pass the token as `token`.");
  return parsed.href.endsWith("/") ? parsed.href : `${parsed.href}/`;
}
