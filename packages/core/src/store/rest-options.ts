import { checkKnown } from "../check.ts";
import { invalid } from "../errors.ts";
import { parseStoreTiming, type StoreTiming } from "./timing.ts";

export interface RestStoreOptions extends StoreTiming {
  /** The database's REST URL, as `UPSTASH_REDIS_REST_URL` has it. */
  readonly url: string;
  /** Its token, sent as a bearer token and nowhere else. It must be allowed to run scripts. */
  readonly token: string;
  /** Replaces the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

const KNOWN = ["url", "token", "fetch", "timeoutMs", "retry", "acks", "clock"];

export function parseRestOptions(
  options: RestStoreOptions,
): Required<Omit<RestStoreOptions, keyof StoreTiming>> & ReturnType<typeof parseStoreTiming> {
  const { url, token, fetch, ...timing } = checkKnown(options ?? {}, KNOWN, "restStore option");
  const href = checkUrl(url);
  if (fetch !== undefined && typeof fetch !== "function")
    throw invalid("restStore: fetch must be a function.");
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
    throw invalid("restStore: token must be the REST token, such as the value of UPSTASH_REDIS_REST_TOKEN.");
  return {
    ...parseStoreTiming("restStore", timing),
    url: href,
    token,
    // Called without a receiver: some platforms refuse `fetch` as a method of another object.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
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
