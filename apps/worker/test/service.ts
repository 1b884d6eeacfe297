import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { LeaseBody } from "@holdfast/protocol";
import { expect } from "vitest";
import type { Bindings } from "../src/env.ts";
import worker from "../src/index.ts";
import { API_KEY } from "./credentials.ts";

declare module "cloudflare:workers" {
  namespace Cloudflare {
    interface Env extends Bindings {}
  }
}

export interface Call {
  /** Sent as JSON, or as it is when it is a string or bytes. */
  body?: unknown;
  /** A body whose length is not told beforehand. */
  stream?: string;
  headers?: Record<string, string>;
  /** Null sends no key. */
  key?: string | null;
  signal?: AbortSignal;
  /** Replaces variables of the environment. */
  env?: Partial<Record<keyof Bindings, string | undefined>>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, it says itself
  json: any;
  text: string;
  /** Until everything that was left to `waitUntil` is done. */
  settled(): Promise<void>;
}

/** One request to the worker's own handler, in this isolate. */
export async function call(method: string, path: string, options: Call = {}): Promise<Answer> {
  const { key = API_KEY, headers, signal } = options;
  const body = options.stream === undefined ? encode(options.body) : new Blob([options.stream]).stream();
  const request = new Request(`https://locks.example${path}`, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  });
  const context = createExecutionContext();
  const response = await worker.fetch(request, { ...env, ...options.env }, context);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === "" ? undefined : JSON.parse(text),
    settled: () => waitOnExecutionContext(context),
  };
}

function encode(body: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === "string" || body === undefined ? body : JSON.stringify(body);
}

export const post = (path: string, body?: unknown, options?: Call): Promise<Answer> =>
  call("POST", path, { body, ...options });

let names = 0;
/** A name, and its path, that no other test uses. */
export function newName(): { name: string; path: string } {
  const name = `${crypto.randomUUID()}-${++names}`;
  return { name, path: `/v1/locks/${name}` };
}

export async function acquired(
  path: string,
  body: Record<string, unknown> = {},
  options: Call = {},
): Promise<LeaseBody> {
  const answer = await post(`${path}/acquire`, { waitMs: 0, ...body }, options);
  expect(answer.json).toMatchObject({ lease: expect.anything() });
  return answer.json.lease;
}

/** Expects a problem in its whole form (RFC 9457). */
export function expectProblem(answer: Answer, status: number, code: string): void {
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
