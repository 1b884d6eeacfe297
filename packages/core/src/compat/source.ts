import { invalid } from "../errors.ts";
import type { LocksOptions } from "../locks/context.ts";
import type { Mutexes } from "../locks/mutexes.ts";
import { restStore } from "../store/rest-store.ts";
import type { Store } from "../store/store.ts";

/** A database's REST endpoint, as Upstash shows it. */
export interface RestEndpoint {
  readonly url: string;
  readonly token: string;
}

/** A client of `@upstash/redis`, by what shows of it. Its URL and token are used, and nothing else of it. */
export interface UpstashRedisClient {
  pipeline(): unknown;
  readonly evalsha: unknown;
}

/** What a facade takes in place of the original's Redis client. */
export type LockSource<Locks extends Mutexes = Mutexes> = Locks | Store | RestEndpoint | UpstashRedisClient;

/**
 * The locks that a facade stands in front of. `make` makes them of a store.
 *
 * An `@upstash/redis` client is asked for its URL and token only: `@holdfast/core` knows no other package, and its REST
 * store needs no more. Whoever wants the client's middleware and agent used passes `upstashStore(redis)`.
 *
 * @throws HoldfastError `invalid-argument` for anything else; the text names what to pass.
 */
export function locksOf<Locks extends Mutexes>(
  facade: string,
  source: LockSource<Locks>,
  make: (options: LocksOptions) => Locks,
): Locks {
  const given = (source ?? {}) as Partial<Locks & Store & RestEndpoint & Client>;
  if (typeof given.acquire === "function" && typeof given.tryAcquire === "function") return source as Locks;
  if (typeof given.run === "function") return make({ store: source as Store });
  const { baseUrl, headers } = given.client ?? {};
  const token = /^Bearer (.+)$/.exec(headers?.authorization ?? "")?.[1];
  if (typeof given.pipeline === "function" && baseUrl && token)
    return make({ store: restStore({ url: baseUrl, token }) });
  if (typeof given.url === "string" && typeof given.token === "string")
    return make({ store: restStore({ url: given.url, token: given.token }) });
  throw invalid(
    `${facade} needs a client of @upstash/redis with a URL and a token, { url, token }, locks, or a store, such as ` +
      "upstashStore(client) of @holdfast/upstash or ioredisStore(client) of @holdfast/redis.",
  );
}

interface Client {
  readonly pipeline: unknown;
  readonly client: { readonly baseUrl?: string; readonly headers?: Readonly<Record<string, string>> };
}
