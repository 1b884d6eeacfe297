import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import worker from "../src/index.ts";

// Where the files are and what wrangler.jsonc says of them. What is in them is tested in Chromium.

const get = (path: string) =>
  worker.fetch(new Request(`https://locks.example${path}`), env, createExecutionContext());

test.each([
  ["/", "Holdfast"],
  ["/docs", "Holdfast API"],
])("%s is a page, for whoever comes, under the policy of pages", async (path, title) => {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("content-security-policy")).toContain("script-src 'self'");
  expect(await answer.text()).toContain(`<title>${title}</title>`);
});

test("files are served under the names that pages give them, and nothing else is", async () => {
  const page = await (await get("/")).text();
  const script = await get(/src="(\/assets\/dashboard-[\w-]+\.js)"/.exec(page)?.[1] ?? "");
  expect([script.status, script.headers.get("cache-control")]).toEqual([
    200,
    "public, max-age=31536000, immutable",
  ]);
  await script.body?.cancel();
  for (const path of ["/index.html", "/docs/", "/assets/none.js"]) {
    const answer = await get(path);
    expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([404, "not-found"]);
  }
});
