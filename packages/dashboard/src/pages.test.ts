import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { pages } from "./pages.ts";

const FILES: Readonly<Record<string, string>> = {
  "/index.html": "the dashboard",
  "/docs.html": "the reference",
  "/assets/dashboard-1a2b.js": "script",
  "/assets/dashboard-1a2b.css": "style",
  "/secret.txt": "secret",
};

const app = new Hono()
  .route(
    "/",
    pages((request) => {
      const text = FILES[new URL(request.url).pathname];
      if (text === undefined) return new Response("none", { status: 404 });
      return new Response(text, { headers: { "cache-control": "private", "x-host": "of the asset server" } });
    }),
  )
  .get("/v1/me", (c) => c.text("the service"))
  .notFound((c) => c.text("the app's own 404", 404));

test.each([
  ["/", "the dashboard"],
  ["/docs", "the reference"],
])("%s runs nothing but the site's own scripts, and is asked for each time", async (path, text) => {
  const answer = await app.request(path);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe(text);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  const policy = answer.headers.get("content-security-policy") ?? "";
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ])
    expect(policy.split("; ")).toContain(rule);
  expect(policy).not.toContain("unsafe");
});

test.each([
  ["/assets/dashboard-1a2b.js", "text/javascript; charset=utf-8"],
  ["/assets/dashboard-1a2b.css", "text/css; charset=utf-8"],
])("%s is kept for good, since its name says what is in it", async (path, type) => {
  const answer = await app.request(path);
  expect(answer.headers.get("content-type")).toBe(type);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("x-host")).toBeNull();
});

describe("what is not of the site is left to the app around it", () => {
  test.each([
    "/assets/none.js",
    "/assets/..%2Fsecret.txt",
    "/assets/",
    "/secret.txt",
    "/index.html",
    "/docs/",
  ])("%s", async (path) => {
    const answer = await app.request(path);
    expect([answer.status, await answer.text()]).toEqual([404, "the app's own 404"]);
  });

  test("its routes are without the headers of pages", async () => {
    const answer = await app.request("/v1/me");
    expect(await answer.text()).toBe("the service");
    expect(answer.headers.get("content-security-policy")).toBeNull();
  });
});

test("the files may be found with what the platform gave to the request", async () => {
  type Bindings = { ASSETS: { fetch(request: Request): Response } };
  const bound = new Hono<{ Bindings: Bindings }>().route(
    "/",
    pages<{ Bindings: Bindings }>((request, c) => c.env.ASSETS.fetch(request)),
  );
  const ASSETS = { fetch: (request: Request) => new Response(new URL(request.url).pathname) };
  expect(await (await bound.request("/", {}, { ASSETS })).text()).toBe("/index.html");
});
