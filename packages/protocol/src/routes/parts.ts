import { z } from "@hono/zod-openapi";
import type * as accounts from "../accounts.ts";
import { PROBLEMS, type ProblemCode, problem } from "../problem.ts";
import { lockName, token } from "../values.ts";

/** What the descriptions of routes are made of. */

export type Scope = z.output<typeof accounts.scope>;

export const name = z.object({ name: lockName.openapi({ param: { name: "name", in: "path" } }) });
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
export const body = <T extends z.ZodType>(schema: T) => ({
  content: { "application/json": { schema } },
  required: true as const,
});
export const stream = (description: string) => ({
  description,
  content: { "text/event-stream": { schema: z.string() } },
});

const ALWAYS = [
  "internal",
  "misconfigured",
  "unavailable",
  "under-replicated",
  "refused",
] as const satisfies ProblemCode[];
export const SIGNED = [
  "unauthorized",
  "forbidden",
  "rate-limited",
  "malformed-path",
] as const satisfies ProblemCode[];
export const BODY = [
  "malformed-json",
  "body-too-large",
  "unsupported-media-type",
  "invalid-argument",
] as const satisfies ProblemCode[];

/** What tells a client how to go on. */
const HEADERS: Record<number, Record<string, { description: string; schema: object }>> = {
  401: { "WWW-Authenticate": { description: "What is wrong with the key.", schema: { type: "string" } } },
  409: retryAfter("With held and queue-full: seconds until the next lease ends."),
  429: retryAfter("Seconds until requests are allowed again."),
  503: retryAfter("With unavailable: seconds to leave it alone."),
};

function retryAfter(description: string) {
  return { "Retry-After": { description, schema: { type: "integer", minimum: 1 } } };
}

/** The answers that are problems, by status. */
export function problems(...codes: ProblemCode[]) {
  const responses: Record<number, { description: string; content: object; headers?: object }> = {};
  const examples: Record<number, Record<string, object>> = {};
  for (const code of [...codes, ...ALWAYS]) {
    const { status, title } = PROBLEMS[code];
    const before = responses[status];
    const shown = { ...examples[status], [code]: { $ref: `#/components/examples/${code}` } };
    examples[status] = shown;
    responses[status] = {
      description: before ? `${before.description}. ${title} (${code})` : `${title} (${code})`,
      content: { "application/problem+json": { schema: problem, examples: shown } },
      ...(HEADERS[status] && { headers: HEADERS[status] }),
    };
  }
  return responses as Record<never, never>;
}

export const needs = (scope: Scope) => ({ security: [{ key: [scope] }, { jwt: [scope] }] });
export const idempotent = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .openapi({
      description: `The attempt's name, if the body has no attemptId. ${token.description ?? ""}`.trim(),
    }),
});
