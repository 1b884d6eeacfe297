import { type Clock, restStore, type Store } from "@holdfast/core";
import { type IdempotencyOptions, type IdempotentRun, idempotency } from "@holdfast/hono/middleware";
import { faultyFetch } from "@holdfast/testing";
import { type Context, Hono } from "hono";
import { type Fixture, TOKEN } from "../support/fixture.ts";

/** What a handler does with a request that got through. */
type Work = (c: Context, run: IdempotentRun | undefined) => Response | Promise<Response>;

/** An app with payments, as one of several that share a database. */
export interface App {
  /** How often the handler has run, in any of the apps that share the count. */
  readonly runs: { count: number };
  readonly network: ReturnType<typeof faultyFetch>;
  readonly hono: Hono;
  send(request?: Sent): Promise<Response>;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly key?: string | null;
  readonly user?: string;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

export interface AppOptions {
  readonly work?: Work;
  readonly runs?: { count: number };
  readonly options?: Partial<Omit<Extract<IdempotencyOptions, { store: unknown }>, "store">>;
  readonly clock?: Clock;
}

/** The first answer of an app says 1, the second 2: a replay is told from a run. */
const pay: Work = (c) =>
  c.json({ paid: true }, 201, { location: "/payments/1", "set-cookie": "session=secret" });

export function appOver(
  { gateway }: Fixture,
  { work = pay, runs = { count: 0 }, options = {} }: AppOptions = {},
): App {
  const network = faultyFetch();
  const store: Store = restStore({ url: gateway.url, token: TOKEN, fetch: network.fetch, timeoutMs: 1000 });
  const hono = new Hono();
  hono.use(idempotency({ store, ...options }));
  hono.all("*", async (c) => {
    runs.count++;
    const response = await work(c, c.get("idempotency" as never) as IdempotentRun | undefined);
    response.headers.set("x-run", String(runs.count));
    return response;
  });
  return {
    runs,
    network,
    hono,
    send: async ({
      method = "POST",
      path = "/payments",
      key = null,
      user = "ann",
      body = "{}",
      headers,
      signal,
    } = {}) =>
      hono.request(`http://app${path}`, {
        method,
        headers: {
          authorization: `Bearer ${user}`,
          "content-type": "application/json",
          ...(key !== null && { "idempotency-key": key }),
          ...headers,
        },
        ...(method !== "GET" && method !== "HEAD" && { body }),
        ...(signal && { signal }),
      }),
  };
}

/** What is expected of an answer. */
export async function told(
  answer: Response,
): Promise<{ status: number; code: string; retryAfter: string | null }> {
  const { code } = (await answer.json()) as { code: string };
  return { status: answer.status, code, retryAfter: answer.headers.get("retry-after") };
}

/** A handler that has begun, and is told when to go on. */
export function door(): {
  readonly begun: Promise<void>;
  begin(): void;
  readonly opened: Promise<void>;
  open(): void;
} {
  const begun = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return { begun: begun.promise, begin: begun.resolve, opened: opened.promise, open: opened.resolve };
}
