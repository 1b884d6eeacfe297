import { PROBLEMS, problem, routes } from "@holdfast/protocol";
import type { z } from "@hono/zod-openapi";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Hono } from "hono";
import { beforeAll, expect, test } from "vitest";
import { lockService } from "./index.ts";
import { expectProblem, testApp } from "./test-app.ts";

const service = testApp();
// biome-ignore lint/suspicious/noExplicitAny: read as JSON
let document: any;

beforeAll(async () => {
  document = (await service.call("GET", "/openapi.json", undefined, { authorization: "" })).json;
});

test("/openapi.json is a valid OpenAPI 3.1 document", async () => {
  expect(document.openapi).toBe("3.1.0");
  expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
});

test("every route of the protocol is described, and is there", async () => {
  for (const { method, path, summary } of Object.values(routes)) {
    expect(document.paths[path]?.[method]).toMatchObject({ summary });
    const answer = await service.call("PATCH", path.replace(/\{\w+\}/, "x"));
    expectProblem(answer, 405, "method-not-allowed");
    expect(answer.headers.get("allow")?.split(", ")).toContain(method.toUpperCase());
  }
});

test("what it shows as an example is one, and every reference leads somewhere", () => {
  const text = JSON.stringify(document);
  for (const [, section = "", name = ""] of text.matchAll(/"#\/components\/(\w+)\/([\w-]+)"/g))
    expect(document.components[section], `${section}/${name}`).toHaveProperty([name]);
  for (const { value } of Object.values<{ value: unknown }>(document.components.examples))
    expect(problem.safeParse(value)).toMatchObject({ success: true });
  const shown = Object.values(routes).flatMap((route) => {
    const media = document.paths[route.path][route.method].requestBody?.content["application/json"];
    const { example } = document.components.schemas[media?.schema.$ref?.split("/").at(-1)] ?? {};
    if (example === undefined) return [];
    const { body } = (route as { request: { body: { content: Record<string, { schema: z.ZodType }> } } })
      .request;
    return [body.content["application/json"]?.schema.safeParse(example).success];
  });
  expect(shown.length).toBeGreaterThanOrEqual(5);
  expect(shown).not.toContain(false);
});

test("nothing else is described", () => {
  const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual(
    Object.values(routes)
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
  );
});

test("every code of a problem is in the description, and so is how to sign in", () => {
  expect(document.components.schemas.Problem.properties.code.enum.sort()).toEqual(
    Object.keys(PROBLEMS).sort(),
  );
  expect(Object.keys(document.components.securitySchemes)).toEqual(["key", "jwt"]);
  expect(document.paths["/v1/locks/{name}/acquire"].post.security).toEqual([
    { key: ["locks:acquire"] },
    { jwt: ["locks:acquire"] },
  ]);
});

test("the server is where the document is, also below a path of another app", async () => {
  expect(document.servers).toEqual([{ url: "/" }]);
  const outer = new Hono().route("/team/locks", lockService(service.options()));
  const below = await (await outer.request("/team/locks/openapi.json")).json();
  expect(below).toMatchObject({ servers: [{ url: "/team/locks" }] });
  expect((await outer.request("/team/locks/healthz")).status).toBe(200);
  expect((await outer.request("/team/locks/v1/locks/x")).status).toBe(401);
  expect((await outer.request("/elsewhere")).status).toBe(404);
});
