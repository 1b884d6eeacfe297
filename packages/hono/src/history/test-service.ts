import { type Gateway, startGateway } from "@holdfast/gateway";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { ExecutionContext } from "hono";
import type { Principal, ServiceEnv } from "../context.ts";
import { toProblem } from "../errors.ts";
import type { LockServiceOptions } from "../options.ts";
import { serviceOf } from "../services.ts";
import { type Recorded, record } from "./record.ts";
import { mountHistory } from "./routes.ts";

/** What a test says of its service. */
export type TestOptions = Pick<LockServiceOptions, "redis" | "namespace" | "history" | "onEvent"> & {
  readonly namespace: string;
};
export type HistoryApp = OpenAPIHono<ServiceEnv>;

/** The routes of the history, with a principal of one's choice; `POST /record` records what it is sent. */
export function historyApp(options: TestOptions, principal: Partial<Principal> = {}): HistoryApp {
  const app = new OpenAPIHono<ServiceEnv>();
  app.onError((error) => toProblem(error).toResponse());
  app.use(async (c, next) => {
    c.set("arrivedAt", performance.now());
    c.set("options", options);
    c.set("service", serviceOf({ operatorKey: "test-operator-key", ...options }));
    c.set("principal", {
      id: "tester",
      via: "key",
      scopes: ["locks:read", "locks:admin"],
      prefixes: [""],
      ...principal,
    });
    await next();
  });
  app.post("/record", async (c) => {
    record(c, (await c.req.json()) as Recorded[]);
    return c.body(null, 204);
  });
  mountHistory(app);
  return app;
}

/** Records, and waits for it: records are written after the answer. */
export async function recordAll(app: HistoryApp, events: readonly Recorded[]): Promise<void> {
  const written: Promise<unknown>[] = [];
  await app.request("/record", { method: "POST", body: JSON.stringify(events) }, {}, waitingFor(written));
  await Promise.all(written);
}

/** An execution context as Workers have it. */
export function waitingFor(works: Promise<unknown>[]): ExecutionContext {
  return { waitUntil: (work) => void works.push(work), passThroughOnException() {}, props: {} };
}

export async function json<T>(app: HistoryApp, path: string): Promise<T> {
  const answer = await app.request(path);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

export interface TestService {
  readonly gateway: Gateway;
  /** Another namespace each time, so that tests share the gateway only. */
  options(): TestOptions;
  close(): Promise<void>;
}

/** A gateway, and options of services of their own in it. */
export async function startTestService(): Promise<TestService> {
  const gateway = await startGateway({ port: 0, faults: true });
  let services = 0;
  return {
    gateway,
    options: () => ({
      redis: { url: gateway.url, token: "local-token" },
      namespace: `test-${++services}`,
    }),
    close: () => gateway.close(),
  };
}

/** The fence of a grant at that moment. */
export function fenceAt(ms: number): number {
  return ms * 1000;
}
