import type { AuditEntry, CreatedKey, CreateKeyRequest } from "@holdfast/protocol";
import type { Hono } from "hono";
import { expect, vi } from "vitest";
import type { LockServiceOptions } from "../options.ts";
import { lockService } from "../service.ts";

export const OPERATOR = "the-operator's-own-key-of-these-tests";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, it says itself
  readonly json: any;
}

export interface Ask {
  /** The bearer token; null for none. Default: the operator's key. */
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Caller {
  readonly app: Hono;
  /** A request, answered and with everything that it left to be done afterwards. */
  call(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A key made by the operator, or by whom `token` belongs to. */
  newKey(wanted?: Partial<CreateKeyRequest>, token?: string): Promise<CreatedKey>;
  audit(ask?: Ask): Promise<AuditEntry[]>;
  /** Fails if any of the secrets was told: in an answer, an event or a log. */
  expectUntold(...secrets: string[]): void;
}

/** What was logged while there was a caller: whose it was cannot be told. */
const logged: string[] = [];

/** A service of its own, and all that it tells anybody. */
export function callerOf(options: Omit<LockServiceOptions, "operatorKey">): Caller {
  const told: string[] = [];
  const note = (...parts: unknown[]) => void told.push(parts.map(format).join(" "));
  for (const level of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, level).mockImplementation((...parts) => void logged.push(parts.map(format).join(" ")));
  const app = lockService({ ...options, operatorKey: OPERATOR, onEvent: note });

  const call = async (method: string, path: string, ask: Ask = {}): Promise<Answer> => {
    const { token = OPERATOR, body, headers } = ask;
    const left: Promise<unknown>[] = [];
    const response = await app.request(
      new Request(`https://locks.example${path}`, {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
      undefined,
      {},
      { waitUntil: (work) => void left.push(work), passThroughOnException() {}, props: {} },
    );
    const text = await response.text();
    await Promise.all(left);
    note(response.status, JSON.stringify([...response.headers]), text);
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text.startsWith("{") ? JSON.parse(text) : undefined,
    };
  };

  return {
    app,
    call,
    async newKey(wanted = {}, token = OPERATOR) {
      const body = { label: "test", scopes: ["locks:acquire", "locks:read"], ...wanted };
      const answer = await call("POST", "/v1/keys", { token, body });
      expect(answer.json).toMatchObject({ key: expect.any(String) });
      told.pop(); // The one answer that may tell it.
      return answer.json;
    },
    audit: async (ask) => (await call("GET", "/v1/audit", ask)).json.entries,
    expectUntold(...secrets) {
      expect(told.length).toBeGreaterThan(0);
      for (const secret of secrets)
        expect([...told, ...logged].filter((text) => text.includes(secret))).toEqual([]);
    },
  };
}

function format(part: unknown): string {
  if (part instanceof Error) return `${part.stack}${part.cause === undefined ? "" : format(part.cause)}`;
  return typeof part === "string" ? part : JSON.stringify(part);
}

/** Expects a problem in its whole form, with the challenge if there must be one. */
export function expectProblem(answer: Answer, status: number, code: string, challenge?: string): void {
  expect(answer).toMatchObject({ status, json: { status, code, type: `urn:holdfast:problem:${code}` } });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  if (challenge !== undefined) expect(answer.headers.get("www-authenticate")).toBe(challenge);
}

export const INVALID_TOKEN = 'Bearer realm="holdfast", error="invalid_token"';
