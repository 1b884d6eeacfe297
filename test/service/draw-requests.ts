import fc from "fast-check";
import { generateSync } from "json-schema-faker";

/** Requests out of an OpenAPI description: as it describes them, and damaged. */

export type Schema = Record<string, unknown>;

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly bodySchema: Schema | undefined;
  /** By status. */
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: Schema }> }>>;
}

export interface Drawn {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  /** The body as a value, if it is one. */
  readonly value: unknown;
}

interface Document {
  readonly paths: Record<string, Record<string, RawOperation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

interface RawOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
  readonly responses: Operation["responses"];
}

export function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      bodySchema: requestBody?.content["application/json"]?.schema,
      responses,
    })),
  );
}

/** Few names, so that requests meet one another's locks; and some that try to be something else. */
const NAMES = [
  "a",
  "b",
  "tab:1",
  "..",
  "a/b",
  "a%2Fb",
  "%2e%2e",
  "\u0000",
  "{a}",
  "ａ",
  "a\r\nx: y",
  "🔒",
  "x".repeat(512),
];
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a", "b", "tab:1") },
  { weight: 1, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 20 }) },
);

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0.5,
    1e308,
    2 ** 53,
    "",
    "\u0000",
    "a\r\nb: c",
    [],
    {},
    "9".repeat(400),
  ),
  fc.string({ maxLength: 30 }),
  fc.jsonValue({ maxDepth: 3 }),
);

export function drawRequest(document: Document, operation: Operation, token: string): fc.Arbitrary<Drawn> {
  return fc
    .record({
      seed: fc.nat(),
      name,
      damage: onceIn(2, fc.record({ at: fc.nat(), value: strange, extra: fc.boolean() })),
      raw: onceIn(12, fc.string({ unit: "binary", maxLength: 60 })),
      type: onceIn(15, fc.constantFrom("text/plain", "application/jsonp", "multipart/form-data")),
      authorization: onceIn(12, fc.constantFrom("", "Bearer", "Basic eDp5", "Bearer x", `Bearer ${token}x`)),
    })
    .map(({ seed, name, damage, raw, type, authorization }) => {
      const value = operation.bodySchema && damaged(instance(document, operation.bodySchema, seed), damage);
      const body = operation.bodySchema && (raw ?? JSON.stringify(value));
      const path = operation.path
        .replace("{name}", encodeURIComponent(name.toWellFormed()))
        .replace("{id}", encodeURIComponent(String(damage?.value ?? "0".repeat(12))));
      const query = new URLSearchParams();
      const headers: Record<string, string> = { authorization: authorization ?? `Bearer ${token}` };
      for (const [i, parameter] of operation.parameters.entries()) {
        if (parameter.in === "path" || (seed >> i) % 2 === 0) continue;
        const text = String(
          damage && damage.at % 3 === i ? damage.value : instance(document, parameter.schema, seed + i),
        );
        if (parameter.in === "query") query.set(parameter.name, text);
        else if (isHeaderValue(text)) headers[parameter.name] = text;
      }
      if (body !== undefined) headers["content-type"] = type ?? "application/json";
      return {
        method: operation.method,
        path: query.size > 0 ? `${path}?${query}` : path,
        headers,
        body,
        value: raw === null && type === null ? value : undefined,
      };
    });
}

function onceIn<T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

/** A value as the schema describes it. */
function instance({ components }: Document, schema: Schema, seed: number): unknown {
  const value = generateSync(
    { ...schema, components } as never,
    { seed, alwaysFakeOptionals: false } as never,
  );
  if (typeof value !== "object" || value === null) return value;
  // Nobody waits for a lock here: the answer is what is looked at.
  const drawn: Record<string, unknown> = { ...value, ...("waitMs" in value && { waitMs: 0 }) };
  // What the schema cannot say: only semaphores have permits, and a place in the queue needs a whole claim.
  if ("inQueue" in drawn) {
    const { permits, weight, ...mutex } = drawn;
    const claim = { attemptId: `attempt-${seed % 9}`, owner: `owner-${seed % 9}-of-a-place` };
    return { ...mutex, ...claim, kind: "mutex", steal: false };
  }
  if ("permits" in drawn) return { ...drawn, kind: "semaphore", weight: 1 };
  return drawn;
}

interface Damage {
  readonly at: number;
  readonly value: unknown;
  readonly extra: boolean;
}

function damaged(value: unknown, damage: Damage | null): unknown {
  if (!damage || typeof value !== "object" || value === null) return damage ? damage.value : value;
  const keys = Object.keys(value);
  const key = damage.extra ? "unknown" : (keys[damage.at % Math.max(keys.length, 1)] ?? "unknown");
  return { ...value, [key]: damage.value };
}

function isHeaderValue(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
