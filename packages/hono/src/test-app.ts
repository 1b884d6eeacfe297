import { type Gateway, startGateway } from "@holdfast/gateway";
import type { ProblemBody } from "@holdfast/protocol";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect } from "vitest";
import { type LockServiceOptions, lockService } from "./index.ts";

/** A service over a gateway of its own, for the tests of one file. */

export const OPERATOR_KEY = "test-operator-key";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, it says itself
  readonly json: any;
}

export interface TestApp {
  readonly app: Hono;
  readonly gateway: Gateway;
  options(): LockServiceOptions;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export function testApp(more: Partial<LockServiceOptions> = {}): TestApp {
  let gateway: Gateway;
  let app: Hono;
  const options = (): LockServiceOptions => ({
    redis: { url: gateway.url, token: "local-token" },
    operatorKey: OPERATOR_KEY,
    ...more,
  });
  beforeAll(async () => {
    gateway = await startGateway({ port: 0, faults: true, adminToken: "admin-token" });
    app = lockService(options());
  });
  afterAll(() => gateway?.close());
  return {
    get app() {
      return app;
    },
    get gateway() {
      return gateway;
    },
    options,
    async call(method, path, body, headers) {
      const response = await app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${OPERATOR_KEY}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = text === "" ? undefined : JSON.parse(text);
      return { status: response.status, headers: response.headers, json };
    },
  };
}

/** Expects a problem in its whole form (RFC 9457). */
export function expectProblem(answer: Answer, status: number, code: ProblemBody["code"]): void {
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer).toMatchObject({
    status,
    json: {
      type: `urn:holdfast:problem:${code}`,
      title: expect.stringMatching(/./),
      status,
      code,
      detail: expect.stringMatching(/./),
    },
  });
}

let names = 0;
/** The path of a lock that no other test uses. */
export function newLock(): { name: string; path: string } {
  const name = `${crypto.randomUUID()}-${++names}`;
  return { name, path: `/v1/locks/${name}` };
}

export const newToken = (): string => crypto.randomUUID();
