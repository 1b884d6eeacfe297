import { LIMITS } from "@holdfast/protocol";
import { expect, it } from "vitest";
import { createClient } from "./create-client.ts";
import { extensions } from "./requests.ts";

const fine = { url: "https://locks.example/api", token: "key" };

it.each([
  [undefined, "{ url, token }"],
  [{ ...fine, tokens: "key" }, 'unknown createClient option "tokens"'],
  [{ url: fine.url }, "either a token or getToken"],
  [{ ...fine, getToken: () => "x" }, "either a token or getToken"],
  [{ ...fine, token: "" }, "API key or a JWT"],
  [{ ...fine, token: "a\nb" }, "API key or a JWT"],
  [{ ...fine, url: "/locks" }, "http(s) URL"],
  [{ ...fine, url: "ftp://x" }, "http(s) URL"],
  [{ ...fine, url: "https://u:p@x" }, "must not carry credentials"],
  [{ ...fine, url: "https://x?token=1" }, "must not carry credentials or a query"],
  [{ ...fine, tenant: "Acme" }, "tenant must be"],
  [{ ...fine, fetch: 1 }, "fetch must be a function"],
  [{ ...fine, timeoutMs: 0 }, "timeoutMs"],
  [{ ...fine, retry: { retries: -1 } }, "retry.retries"],
  [{ ...fine, releaseOnPageHide: 1 }, "releaseOnPageHide"],
  [{ ...fine, releasePort: {} }, "releasePort"],
  [{ ...fine, defaults: { ttlMs: -1 } }, "ttlMs"],
  [{ ...fine, clock: {} }, "clock"],
])("P12 %j is refused", (options, text) => {
  expect(() => createClient(options as never)).toThrow(
    expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(text) }),
  );
});

it("asks below the path that the service is mounted at", async () => {
  const seen: string[] = [];
  const fetch = async (input: RequestInfo | URL) => {
    seen.push(String(input));
    return Response.json({ broken: false });
  };
  for (const url of ["https://x.example/api", "https://x.example/api/", "https://x.example"])
    await createClient({ url, token: "t", fetch }).forceRelease("a/b");
  expect(seen).toEqual([
    "https://x.example/api/v1/locks/a%2Fb",
    "https://x.example/api/v1/locks/a%2Fb",
    "https://x.example/v1/locks/a%2Fb",
  ]);
});

it("a request carries no more than the service takes", () => {
  const row = (name: string) => ({ name, owner: "o".repeat(128), attemptId: "a".repeat(128), ttlMs: 1000 });
  const short = extensions(Array.from({ length: 250 }, (_, i) => row(`${i}`)));
  const long = extensions(Array.from({ length: 30 }, () => row("ü".repeat(512))));
  for (const { call, count } of [...short, ...long]) {
    expect(new TextEncoder().encode(JSON.stringify(call.body)).length).toBeLessThanOrEqual(LIMITS.bodyBytes);
    expect(count).toBeLessThanOrEqual(LIMITS.names.max);
  }
  expect(long.reduce((sum, { count }) => sum + count, 0)).toBe(30);
});
