import { expect, inject, test, vi } from "vitest";
import { call, expectProblem, newName } from "./service.ts";

test.each(["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN", "HOLDFAST_API_KEY"] as const)(
  "503 that names the missing variable %s, on every path",
  async (variable) => {
    for (const value of [undefined, "", " \n", 7 as never])
      for (const path of ["/healthz", newName().path]) {
        const answer = await call("GET", path, { env: { [variable]: value } });
        expectProblem(answer, 503, "misconfigured");
        expect(answer.json.detail).toContain(variable);
      }
  },
);

test.each([
  ["UPSTASH_REDIS_REST_URL", "not a url"],
  ["UPSTASH_REDIS_REST_URL", "redis://127.0.0.1:6379"],
  ["UPSTASH_REDIS_REST_TOKEN", "two words"],
  ["UPSTASH_REDIS_REST_TOKEN", "not-the-token"],
  ["HOLDFAST_NAMESPACE", "no blanks here"],
  ["HOLDFAST_API_KEY", "no blanks here"],
  ["HOLDFAST_HISTORY", "never"],
  ["HOLDFAST_NODES", "not-json"],
  ["HOLDFAST_NODES", '[{"url":"https://a","token":"a-token"}]'],
  ["HOLDFAST_QUORUM", '{"maxTtlMs":5000}'],
  ["HOLDFAST_ACKS", '{"replicas":0,"timeoutMs":50}'],
  ["HOLDFAST_LOGS", "json"],
])("503 that names %s when it is %j", async (variable, value) => {
  const answer = await call("GET", newName().path, { env: { [variable]: value } });
  expectProblem(answer, 503, "misconfigured");
  expect(answer.json.detail).toContain(variable);
  expect(answer.text).not.toContain(value);
});

test("namespaces keep deployments apart; blanks around a value do no harm", async () => {
  const { path } = newName();
  const other = { HOLDFAST_NAMESPACE: "other", UPSTASH_REDIS_REST_URL: ` ${inject("gatewayUrl")}\n` };
  expect((await call("POST", `${path}/acquire`, { body: { waitMs: 0 } })).status).toBe(200);
  expect((await call("POST", `${path}/acquire`, { body: { waitMs: 0 }, env: other })).status).toBe(200);
  expect((await call("POST", `${path}/acquire`, { body: { waitMs: 0 }, env: other })).status).toBe(409);
});

test("HOLDFAST_LOGS: a line of JSON for each request, unless it is off", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const { name, path } = newName();
  await call("GET", path, { env: { HOLDFAST_LOGS: "off" } });
  expect(log).not.toHaveBeenCalled();
  await call("GET", path, { env: { HOLDFAST_LOGS: undefined } });
  expect(log.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([
    { type: "request", route: "/v1/locks/{name}", status: 200, name, principal: "operator" },
  ]);
  log.mockRestore();
});

test("HOLDFAST_HISTORY: off keeps nothing of what happens", async () => {
  const { name, path } = newName();
  const kept = async (env: Record<string, string>) => {
    await call("POST", `${path}/acquire`, { body: { waitMs: 0, ttlMs: 10 }, env });
    return (await call("GET", `/v1/history?name=${name}`)).json.events;
  };
  expect(await kept({ HOLDFAST_HISTORY: "off" })).toEqual([]);
  await vi.waitFor(async () => expect(await kept({})).toMatchObject([{ type: "acquired", name }]));
});
