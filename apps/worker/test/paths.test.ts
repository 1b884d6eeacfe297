import { expect, test } from "vitest";
import { call, expectProblem, post } from "./service.ts";

const run = crypto.randomUUID();

test.each([
  ["%2F", "/"],
  ["a%2Fb%2Facquire", "a/b/acquire"],
  ["%252F", "%2F"],
  ["%25zz", "%zz"],
  ["%E2%82%AC%F0%9F%94%91", "€🔑"],
  ["%00%0A%20", "\u0000\n "],
  ["%3Fa%3Db%23c", "?a=b#c"],
  ["a+b", "a+b"],
  [".%2F..%2F", "./../"],
  ["acquire", "acquire"],
  [":name", ":name"],
  ["*", "*"],
  ["%7Bx%7D", "{x}"],
])("%s is the name %j, in every route", async (segment, suffix) => {
  const path = `/v1/locks/${run}${segment}`;
  const name = run + suffix;
  const answer = await post(`${path}/acquire`, { waitMs: 0 });
  expect(answer).toMatchObject({ status: 200, json: { lease: { name } } });
  expect((await call("GET", path)).json).toMatchObject({ name, held: true });
  const { owner } = answer.json.lease;
  expect((await post(`${path}/extend`, { owner })).json.lease.name).toBe(name);
  expect((await post(`${path}/release`, { owner })).json).toEqual({ outcome: "released" });
});

test("names have 1 to 512 UTF-16 units, else 422", async () => {
  const longest = `${run}${"€".repeat(512 - run.length)}`;
  expect((await post(`/v1/locks/${encodeURIComponent(longest)}/acquire`, { waitMs: 0 })).status).toBe(200);
  for (const name of [`${longest}x`, "🔑".repeat(257), ""]) {
    const answer = await post(`/v1/locks/${encodeURIComponent(name)}/acquire`, { waitMs: 0 });
    expectProblem(answer, 422, "invalid-argument");
    expect(answer.json.errors).toEqual([{ field: "name", detail: expect.any(String) }]);
  }
});

test.each(["%FF", "%", "%zz", "%E2%82", "%C0%AF", "%ED%A0%80"])("%s is no UTF-8: 400", async (segment) => {
  expectProblem(await call("GET", `/v1/locks/${run}${segment}`), 400, "malformed-path");
  expectProblem(await post(`/v1/locks/${run}${segment}/acquire`, {}), 400, "malformed-path");
});

test.each([
  "/v1",
  "/v2/locks/x",
  "/v1/lock",
  "/v1/locks/",
  "/v1/locks/x/steal",
  "/v1/locks/x/y/acquire",
  "/v1/locks/x/acquire/",
  "/v1/locks/x/ACQUIRE",
  "/healthz/",
  "//v1/locks/x",
])("%s is 404", async (path) => {
  expectProblem(await call("GET", path), 404, "not-found");
  expectProblem(await call("POST", path, { body: {} }), 404, "not-found");
});

test.each([
  ["GET", "/v1/locks/x/acquire", "POST"],
  ["HEAD", "/v1/locks/x/acquire", "POST"],
  ["PUT", "/v1/locks/x/extend", "POST"],
  ["DELETE", "/v1/locks/x/release", "POST"],
  ["OPTIONS", "/v1/locks/x/release", "POST"],
  ["POST", "/v1/locks/x", "GET, HEAD, DELETE"],
  ["PUT", "/v1/locks/x", "GET, HEAD, DELETE"],
  ["POST", "/v1/locks", "GET, HEAD"],
  ["POST", "/healthz", "GET, HEAD"],
])("%s %s is 405 and says what is allowed", async (method, path, allow) => {
  const answer = await call(method, path);
  expect(answer.headers.get("allow")).toBe(allow);
  if (method === "HEAD") expect(answer.status).toBe(405);
  else expectProblem(answer, 405, "method-not-allowed");
});

test("a dot segment is not a name: URLs cannot carry one", async () => {
  expectProblem(await call("POST", "/v1/locks/%2e%2e/acquire", { body: {} }), 404, "not-found");
});
