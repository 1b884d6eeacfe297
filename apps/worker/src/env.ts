import {
  jsonLogs,
  type LockNode,
  type LockServiceOptions,
  misconfigured,
  type NodesOptions,
} from "@holdfast/hono";
import { issuersOf } from "./jwt.ts";

/** Set with `wrangler secret put`; what is missing is told by the first request. */
export interface Bindings {
  /** The files of the dashboard. */
  readonly ASSETS: { fetch(request: Request): Promise<Response> };
  readonly UPSTASH_REDIS_REST_URL?: string;
  readonly UPSTASH_REDIS_REST_TOKEN?: string;
  /** The operator's key: a bearer token that has all rights. */
  readonly HOLDFAST_API_KEY?: string;
  /** Who signs tokens for users: a JSON list of `JwtIssuer`. Default: nobody. */
  readonly HOLDFAST_JWT?: string;
  /** The secret of the issuer with HS256. */
  readonly HOLDFAST_JWT_SECRET?: string;
  /** The databases that locks live on: a JSON list of 3 to 9 `{ url, token, label? }`. Default: they live in the one above. */
  readonly HOLDFAST_NODES?: string;
  /** How these work together: a JSON object such as `{ "maxTtlMs": 120000 }`. */
  readonly HOLDFAST_QUORUM?: string;
  /** How many replicas must have a grant before it counts: a JSON object such as `{ "replicas": 1, "timeoutMs": 500 }`. Default: none. */
  readonly HOLDFAST_ACKS?: string;
  /** Keeps deployments apart that share a database. Default `holdfast`. */
  readonly HOLDFAST_NAMESPACE?: string;
  /** The origins whose pages may call this service, with commas or blanks between them. Default: none. */
  readonly HOLDFAST_ALLOWED_ORIGINS?: string;
  /** `off` keeps nothing of what happens to locks, and spares the database a request for each event. Default `on`. */
  readonly HOLDFAST_HISTORY?: string;
  /** `off` writes no line of JSON for each request, lock event and failure to the console. Default `on`. */
  readonly HOLDFAST_LOGS?: string;
}

/** What Hono hands to every route. */
export interface AppEnv {
  Bindings: Bindings;
}

/** The service checks what is in them. */
export function optionsOf(env: Bindings): LockServiceOptions {
  const namespace = read(env.HOLDFAST_NAMESPACE);
  const nodes = json("HOLDFAST_NODES", env.HOLDFAST_NODES) as readonly LockNode[] | undefined;
  const quorum = json("HOLDFAST_QUORUM", env.HOLDFAST_QUORUM) as NodesOptions | undefined;
  const acks = json("HOLDFAST_ACKS", env.HOLDFAST_ACKS) as LockServiceOptions["acks"];
  return {
    redis: { url: read(env.UPSTASH_REDIS_REST_URL), token: read(env.UPSTASH_REDIS_REST_TOKEN) },
    operatorKey: read(env.HOLDFAST_API_KEY),
    jwt: issuersOf(read(env.HOLDFAST_JWT), read(env.HOLDFAST_JWT_SECRET)),
    ...(nodes !== undefined && { nodes }),
    ...(quorum !== undefined && { quorum }),
    ...(acks !== undefined && { acks }),
    ...(namespace !== "" && { namespace }),
    allowedOrigins: read(env.HOLDFAST_ALLOWED_ORIGINS)
      .split(/[\s,]+/)
      .filter((origin) => origin !== ""),
    ...(isOff("HOLDFAST_HISTORY", env.HOLDFAST_HISTORY) && { history: false }),
    ...(!isOff("HOLDFAST_LOGS", env.HOLDFAST_LOGS) && { onEvent: log }),
  };
}

const log = jsonLogs();

function json(name: string, variable: unknown): unknown {
  const text = read(variable);
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    throw misconfigured(`${name} is not JSON.`);
  }
}

function isOff(name: string, variable: unknown): boolean {
  const value = read(variable);
  if (!["", "on", "off"].includes(value)) throw misconfigured(`${name} must be on or off.`);
  return value === "off";
}

/** A secret that was piped into wrangler often ends with a line break, which no HTTP header can carry. */
function read(variable: unknown): string {
  return typeof variable === "string" ? variable.trim() : "";
}
