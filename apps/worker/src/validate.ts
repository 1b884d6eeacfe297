import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv } from "./env.ts";
import { type FieldError, Problem, unprocessable } from "./problem.ts";
import { lockName } from "./schemas.ts";

/** The lock's name from the path, percent-decoded. */
export function readName(c: Context<AppEnv>): string {
  return check(lockName, c.req.param("name") ?? "", "name");
}

/** The body by its schema. None at all counts as `{}`. */
export async function readBody<T extends z.ZodType>(c: Context<AppEnv>, schema: T): Promise<z.output<T>> {
  const bytes = await c.req.arrayBuffer();
  const type = c.req.header("content-type");
  if (
    bytes.byteLength > 0 &&
    type !== undefined &&
    !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)
  )
    throw new Problem(415, "unsupported-media-type", "Send the header Content-Type: application/json.");
  return check(schema, bytes.byteLength === 0 ? {} : parseJson(bytes), "body");
}

function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    throw new Problem(400, "malformed-json", "The body must be one JSON value in UTF-8.");
  }
}

/** @throws Problem 422. It names fields and what they must be; values stay out, since one may be a secret. */
export function check<T extends z.ZodType>(schema: T, value: unknown, whole: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw unprocessable(result.error.issues.flatMap((issue) => fieldErrors(issue, whole)));
}

function fieldErrors(issue: z.core.$ZodIssue, whole: string): FieldError[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.slice(0, 8).map((key) => ({ field: shorten(key), detail: "is not a known field." }));
  const field = issue.path.length > 0 ? issue.path.join(".") : whole;
  return [{ field, detail: `${issue.message}.` }];
}

function shorten(key: string): string {
  return key.length > 64 ? `${key.slice(0, 64)}…` : key;
}
