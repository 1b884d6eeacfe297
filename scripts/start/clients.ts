import { createLocks, restStore } from "@holdfast/core";

/** How long a lease lasts, should its holder die. */
const TTL_MS = 10_000;
/** The longest that the worker lets a caller wait. */
const WAIT_MS = 25_000;

/** One who wants the lock. */
export interface Client {
  readonly name: string;
  readonly via: "HTTP" | "SDK";
  /** Requests of its own to the gateway so far; the worker's on its behalf are not in it. */
  readonly requests: number;
  /** Waits for the lock, does the work while it has it, and gives it back. */
  withLock(lock: string, signal: AbortSignal, work: (fence: number) => Promise<void>): Promise<void>;
}

/** A client as a browser or a service has it: it knows the worker and nothing of Redis. */
export function httpClient(name: string, workerUrl: string, token: string): Client {
  const post = async (lock: string, verb: string, body: object, signal: AbortSignal) => {
    const response = await fetch(`${workerUrl}/v1/locks/${lock}/${verb}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    }).catch((cause) => {
      throw new Error(`${name}: ${verb} got no answer from ${workerUrl}`, { cause });
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${name}: ${verb} answered HTTP ${response.status} ${text}`);
    return JSON.parse(text);
  };
  return {
    name,
    via: "HTTP",
    requests: 0,
    async withLock(lock, signal, work) {
      const { lease } = await post(lock, "acquire", { ttlMs: TTL_MS, waitMs: WAIT_MS }, signal);
      const { owner, attemptId, fence } = lease;
      try {
        await work(fence);
      } finally {
        await post(lock, "release", { owner, attemptId }, signal);
      }
    },
  };
}

/** A client as an edge function has it: its own connection to the database, and no worker between. */
export function sdkClient(name: string, gatewayUrl: string, token: string): Client {
  let requests = 0;
  const counted: typeof fetch = (input, init) => {
    requests++;
    return fetch(input, init);
  };
  const locks = createLocks({ store: restStore({ url: gatewayUrl, token, fetch: counted }) });
  return {
    name,
    via: "SDK",
    get requests() {
      return requests;
    },
    withLock: (lock, signal, work) =>
      locks.request(lock, { ttlMs: TTL_MS, waitMs: WAIT_MS, signal }, (lease) => work(lease.fence)),
  };
}
