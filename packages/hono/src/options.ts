import type { AcksOptions } from "@holdfast/core";
import type { CheckedIssuer, JwtIssuer } from "./accounts/jwt-issuer.ts";
import { checkIssuers } from "./accounts/jwt-options.ts";
import type { ServiceEvent } from "./history/event.ts";
import { type HistoryOptions, historyBounds } from "./history/settings.ts";
import type { LockNode, NodesOptions } from "./nodes/options.ts";
import { misconfigured } from "./problem.ts";

/** What a lock service is made of. Besides functions it is plain data: what is made of equal data is kept and shared. */
export interface LockServiceOptions {
  /** The database, by the Upstash REST protocol. Everything the service knows is there, the locks too unless there are `nodes`. */
  readonly redis: { readonly url: string; readonly token: string };
  /**
   * The databases that locks live on, so that they outlive the loss of a minority: 3 to 9, each by the Upstash REST protocol and
   * of its own. Mutexes only. Accounts, history and jobs stay in `redis`. Default: the locks live in `redis`.
   */
  readonly nodes?: readonly LockNode[];
  /** How the nodes work together. Everybody who takes locks of theirs must have the same. */
  readonly quorum?: NodesOptions;
  /**
   * How many replicas of `redis` must have a grant before it counts, as `restStore` of `@holdfast/core` takes it; its store's
   * `timeoutMs` is 5,000. Default: none is asked for.
   */
  readonly acks?: AcksOptions;
  /** Keeps services apart that share a database: 1 to 64 of `A-Z a-z 0-9 _ . : -`. Default `holdfast`, as the SDK's. */
  readonly namespace?: string;
  /** The bearer token that has all rights. At least 16 characters are wise; 32 bytes out of `openssl rand` are better. */
  readonly operatorKey?: string;
  /** Who signs tokens for users. Default: nobody, so that API keys are the only way in. */
  readonly jwt?: readonly JwtIssuer[];
  /**
   * How long an isolate remembers an API key, in ms: a revoked one may work elsewhere for that long. 0 asks the database with
   * each request. At most 600,000. Default 30,000.
   */
  readonly keyCacheMs?: number;
  /** The origins whose pages may call the service, such as `https://app.example`. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /**
   * What is kept of what happened to locks: about the last 10,000 events of each tenant, for 7 days. It costs a request to the
   * database for each event, made after the answer; `false` keeps nothing, and counts nothing for `/metrics`.
   */
  readonly history?: false | HistoryOptions;
  /** Told of requests, of what happens to locks, and of trouble, as it happens; never a secret. What it throws is ignored. */
  readonly onEvent?: (event: ServiceEvent) => void;
}

/** Options whose values can be used. */
export interface CheckedOptions extends Omit<LockServiceOptions, "jwt"> {
  readonly namespace: string;
  readonly jwt: readonly CheckedIssuer[];
  readonly keyCacheMs: number;
}

/** How messages call the options: by their names, and as the ready Worker's variables are called. */
export const OPTION_NAMES = {
  url: "redis.url (UPSTASH_REDIS_REST_URL)",
  token: "redis.token (UPSTASH_REDIS_REST_TOKEN)",
  nodes: "nodes (HOLDFAST_NODES)",
  quorum: "quorum (HOLDFAST_QUORUM)",
  acks: "acks (HOLDFAST_ACKS)",
  namespace: "namespace (HOLDFAST_NAMESPACE)",
  operatorKey: "operatorKey (HOLDFAST_API_KEY)",
  jwt: "jwt (HOLDFAST_JWT)",
  keyCacheMs: "keyCacheMs",
  allowedOrigins: "allowedOrigins (HOLDFAST_ALLOWED_ORIGINS)",
} as const;

/** @throws Problem `misconfigured` that names what is missing or cannot be. */
export function checkOptions(options: LockServiceOptions): CheckedOptions {
  const { redis, namespace = "holdfast", operatorKey, allowedOrigins = [] } = options;
  const missing = [
    ...(redis?.url ? [] : [OPTION_NAMES.url]),
    ...(redis?.token ? [] : [OPTION_NAMES.token]),
    ...(operatorKey ? [] : [OPTION_NAMES.operatorKey]),
  ];
  if (missing.length > 0) throw misconfigured(`${missing.join(", ")} must be set.`);
  if (!/^[\x21-\x7e]+$/.test(operatorKey ?? ""))
    throw misconfigured(`${OPTION_NAMES.operatorKey} must be of printable ASCII without blanks.`);
  if (!allowedOrigins.every(isOrigin))
    throw misconfigured(
      `${OPTION_NAMES.allowedOrigins} holds something that is not an origin such as https://app.example (no path, no * and no slash at its end).`,
    );
  historyBounds(options.history);
  const { keyCacheMs = 30_000 } = options;
  if (!Number.isInteger(keyCacheMs) || keyCacheMs < 0 || keyCacheMs > 600_000)
    throw misconfigured(`${OPTION_NAMES.keyCacheMs} must be a whole number from 0 to 600,000.`);
  return {
    ...options,
    namespace,
    keyCacheMs,
    jwt: checkIssuers(options.jwt ?? [], OPTION_NAMES.jwt, namespace),
  };
}

/** A browser would never send anything else, so it would allow nobody. */
function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}
