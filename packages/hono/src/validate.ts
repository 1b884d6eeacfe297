import type { FieldError } from "@holdfast/protocol";
import type { z } from "@hono/zod-openapi";
import { Problem, unprocessable } from "./problem.ts";

/** Reading what was sent, so that answers name fields and never repeat values: one may be a secret. */

/** The body by its schema. None at all counts as `{}`. */
export async function readBody<T extends z.ZodType>(request: Request, schema: T): Promise<z.output<T>> {
  const bytes = await request.arrayBuffer();
  const type = request.headers.get("content-type");
  if (bytes.byteLength > 0 && type !== null && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type))
    throw new Problem("unsupported-media-type", "Send the header Content-Type: application/json.");
  return check(schema, bytes.byteLength === 0 ? {} : parseJson(bytes), "body");
}

function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    throw new Problem("malformed-json", "The body must be one JSON value in UTF-8.");
  }
}

/** The parameters of the query by their schema. One that is given twice has no one value. */
export function readQuery<T extends z.ZodType>(url: string, schema: T): z.output<T> {
  const given = new URL(url).searchParams;
  const rows = [...new Set(given.keys())].map((key) => {
    const values = given.getAll(key);
    return [key, values.length === 1 ? values[0] : values];
  });
  return check(schema, Object.fromEntries(rows), "query");
}

/** @throws Problem 422 that names every field at fault, and for the value as a whole says `whole`. */
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
