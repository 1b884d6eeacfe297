import { type Gateway, startGateway } from "@holdfast/gateway";
import { lockService } from "@holdfast/hono";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import type { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Drawn, drawRequest, type Operation, operationsOf } from "./draw-requests.ts";

// The whole API, by its own description: whatever is sent, every answer is one that the description gives.

const STORE_TOKEN = "fuzz-store-token";
const OPERATOR = "fuzz-operator-key-0123456789abcdef";
const RUNS = 50;

let gateway: Gateway;
let app: Hono;
let document: Parameters<typeof operationsOf>[0];
let operations: Operation[];
const ajv = new Ajv2020({ strict: false, validateFormats: false });

beforeAll(async () => {
  gateway = await startGateway({ port: 0, tokens: STORE_TOKEN });
  app = lockService({ redis: { url: gateway.url, token: STORE_TOKEN }, operatorKey: OPERATOR }) as Hono;
  document = await (await app.request("/openapi.json")).json();
  operations = operationsOf(document);
  ajv.addSchema(document as object, "api");
});
afterAll(() => gateway.close());

const validators = new Map<object, ValidateFunction>();

/** What is wrong with the value; nothing is the empty text. */
function faults(schema: object, value: unknown): string {
  // References are into the document.
  const validate =
    validators.get(schema) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
  validators.set(schema, validate);
  return validate(value) ? "" : ajv.errorsText(validate.errors);
}

async function send({ method, path, headers, body }: Drawn): Promise<{ response: Response; text: string }> {
  const response = await app.request(`http://locks.example${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  // Of a stream only the beginning is looked at.
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return { response, text: "" };
  }
  return { response, text: await response.text() };
}

function judge(operation: Operation, drawn: Drawn, response: Response, text: string): void {
  const described = operation.responses[String(response.status)];
  expect(
    described,
    `${operation.method} ${operation.path} answered ${response.status}: ${text}`,
  ).toBeDefined();
  expect(response.status, text).not.toBe(500);
  expect(response.status, text).not.toBe(503);
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  if (described?.content && response.status !== 204) {
    expect(Object.keys(described.content), text).toContain(type);
    const schema = described.content[type]?.schema;
    if (schema && type.endsWith("json")) expect(faults(schema, JSON.parse(text)), text).toBe("");
  } else expect(text).toBe("");
  for (const secret of [OPERATOR, STORE_TOKEN])
    expect(text + JSON.stringify([...response.headers])).not.toContain(secret);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  // What the description refuses, the service refuses.
  if (operation.bodySchema && drawn.value !== undefined && faults(operation.bodySchema, drawn.value) !== "")
    expect(response.status, `${JSON.stringify(drawn.value)} was let in`).toBeGreaterThanOrEqual(400);
}

describe("whatever is sent, the answer is one that the description gives", () => {
  it("the description has every route", () => {
    expect(operations.length).toBeGreaterThan(20);
  });

  it("of every operation", { timeout: 120_000 }, async () => {
    const statuses = new Set<number>();
    // Somebody has it, so that some wait.
    await app.request("/v1/locks/a/acquire", {
      method: "POST",
      headers: { authorization: `Bearer ${OPERATOR}` },
      body: JSON.stringify({ ttlMs: 600_000 }),
    });
    for (const operation of operations)
      await fc.assert(
        fc.asyncProperty(drawRequest(document, operation, OPERATOR), async (drawn) => {
          const { response, text } = await send(drawn);
          statuses.add(response.status);
          judge(operation, drawn, response, text);
        }),
        { numRuns: RUNS },
      );
    // The draws reach what they are for: successes, and each way to refuse.
    for (const status of [200, 201, 202, 204, 400, 401, 409, 415, 422])
      expect([...statuses]).toContain(status);
  });
});
