import { expect, test } from "vitest";
import { API_KEY } from "./credentials.ts";
import { call, expectProblem, newName } from "./service.ts";

const { path } = newName();

test("the API key opens the locks, in any case of the scheme", async () => {
  expect((await call("GET", path)).status).toBe(200);
  const headers = { authorization: `bearer  ${API_KEY}` };
  expect((await call("GET", path, { key: null, headers })).status).toBe(200);
});

test.each([
  ["nothing", {}, 'Bearer realm="holdfast"'],
  ["another scheme", { authorization: `Basic ${API_KEY}` }, 'Bearer realm="holdfast"'],
  ["no token", { authorization: "Bearer " }, 'Bearer realm="holdfast"'],
  ["two tokens", { authorization: `Bearer ${API_KEY} ${API_KEY}` }, 'Bearer realm="holdfast"'],
  ["the bare key", { authorization: API_KEY }, 'Bearer realm="holdfast"'],
  ["another key", { authorization: "Bearer wrong" }, 'Bearer realm="holdfast", error="invalid_token"'],
  [
    "a prefix",
    { authorization: `Bearer ${API_KEY.slice(0, -1)}` },
    'Bearer realm="holdfast", error="invalid_token"',
  ],
  [
    "more than the key",
    { authorization: `Bearer ${API_KEY}x` },
    'Bearer realm="holdfast", error="invalid_token"',
  ],
  [
    "the key in another case",
    { authorization: `Bearer ${API_KEY.toUpperCase()}` },
    'Bearer realm="holdfast", error="invalid_token"',
  ],
])(
  "%s is 401 with a challenge, and repeats nothing",
  async (_, headers: Record<string, string>, challenge) => {
    const answer = await call("GET", path, { key: null, headers });
    expectProblem(answer, 401, "unauthorized");
    expect(answer.headers.get("www-authenticate")).toBe(challenge);
    expect(answer.text).not.toContain(API_KEY.slice(0, -1));
    expect(answer.text).not.toContain("wrong");
  },
);

test("the key does not count in the URL", async () => {
  for (const query of [`token=${API_KEY}`, `_token=${API_KEY}`, `access_token=${API_KEY}`])
    expectProblem(await call("GET", `${path}?${query}`, { key: null }), 401, "unauthorized");
});

test("without a key nobody learns which paths there are below /v1, or that a body is bad", async () => {
  expectProblem(await call("GET", "/v1/nothing", { key: null }), 401, "unauthorized");
  expectProblem(await call("PUT", path, { key: null }), 401, "unauthorized");
  expectProblem(await call("POST", `${path}/acquire`, { key: null, body: "{" }), 401, "unauthorized");
});

test("a secret that was stored with a line break at its end works", async () => {
  expect((await call("GET", path, { env: { HOLDFAST_API_KEY: `${API_KEY}\n` } })).status).toBe(200);
});
