import { Problem } from "./problem.ts";

/** Set with `wrangler secret put`; what is missing is told by the first request. */
export interface Bindings {
  readonly UPSTASH_REDIS_REST_URL?: string;
  readonly UPSTASH_REDIS_REST_TOKEN?: string;
  /** The bearer token that callers present. */
  readonly HOLDFAST_API_KEY?: string;
  /** Keeps deployments apart that share a database. Default `holdfast`. */
  readonly HOLDFAST_NAMESPACE?: string;
  /** The origins whose pages may call this service, with commas or blanks between them. Default: none. */
  readonly HOLDFAST_ALLOWED_ORIGINS?: string;
}

/** What Hono hands to every route. */
export interface AppEnv {
  Bindings: Bindings;
}

export interface Settings {
  readonly url: string;
  readonly token: string;
  readonly apiKey: string;
  readonly namespace: string;
}

/** @throws Problem `misconfigured` that names the variables which are not set. */
export function readSettings(env: Bindings): Settings {
  const missing: string[] = [];
  // A secret that was piped into wrangler often ends with a line break, which no HTTP header can carry.
  const read = (name: keyof Bindings): string => {
    const value: unknown = env[name];
    return typeof value === "string" ? value.trim() : "";
  };
  const need = (name: keyof Bindings): string => {
    const value = read(name);
    if (value === "") missing.push(name);
    return value;
  };
  const settings = {
    url: need("UPSTASH_REDIS_REST_URL"),
    token: need("UPSTASH_REDIS_REST_TOKEN"),
    apiKey: need("HOLDFAST_API_KEY"),
    namespace: read("HOLDFAST_NAMESPACE") || "holdfast",
  };
  if (missing.length > 0)
    throw misconfigured(`${missing.join(", ")} must be set: wrangler secret put ${missing[0]}.`);
  return settings;
}

export function misconfigured(detail: string): Problem {
  return new Problem(503, "misconfigured", `This service is not set up. For its operator: ${detail}`);
}
