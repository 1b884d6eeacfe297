import { type Clock, restStore, type Store } from "@holdfast/core";
import type { Requester } from "./client.ts";

/** What the package's own requester shows of where it sends to. */
interface HttpClient {
  readonly baseUrl?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly options?: { readonly backend?: string };
}

/**
 * Listening with the client's URL and token, but not through its `Subscriber`, which cannot keep a store's word: it reads
 * a stream to the end or to where it breaks and tells nobody, so a waiter would go on trusting it; it parses messages as
 * JSON (1.34.5 drops those that are none, as every wake-up is); and it ends in `console.error`. Its members are
 * public, so the stream can be opened beside it.
 *
 * @returns undefined for a client with a requester of its own, which has no URL. Its waiters look from time to time.
 */
export function subscriptionsOf(requester: Requester, clock: Clock, timeoutMs: number): Store["subscribe"] {
  const { baseUrl, headers, options } = requester as Requester & HttpClient;
  const token = /^Bearer (.+)$/.exec(headers?.authorization ?? "")?.[1];
  if (!baseUrl || !token) return undefined;
  // Fastly reaches nothing without a back end; what is undefined elsewhere says nothing to `fetch`.
  const backend = options?.backend && { backend: options.backend };
  const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, { ...init, ...backend });
  try {
    return restStore({ url: baseUrl, token, fetch, timeoutMs, clock }).subscribe;
  } catch {
    // A URL with a query, say: enough for the client's commands, but no channel can be put behind it.
    return undefined;
  }
}
