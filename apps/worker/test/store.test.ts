import { afterEach, expect, inject, test, vi } from "vitest";
import { ADMIN_TOKEN } from "./credentials.ts";
import { acquired, call, expectProblem, newName, post } from "./service.ts";

/** A gateway of this file's own, so that what it does to the store happens to no other test. */
const url = inject("faultyGatewayUrl");
const env = { UPSTASH_REDIS_REST_URL: url };

const admin = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`${url}/admin/${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(200);
  return response.json<T>();
};
const fault = (body: { action: string; times?: number | "Infinity"; command?: string }) =>
  admin("POST", "faults", body);
const meter = () => admin<{ requests: number }>("GET", "meter");

afterEach(() => admin("DELETE", "faults"));

test("/healthz is 200 without a key while the store answers, and asking often costs the store little", async () => {
  const before = await meter();
  for (let i = 0; i < 20; i++)
    expect(await call("GET", "/healthz", { key: null, env })).toMatchObject({
      status: 200,
      json: { status: "ok" },
    });
  expect((await meter()).requests - before.requests).toBeLessThan(20);
});

test("/healthz is 503 soon after the store fell silent", async () => {
  await fault({ action: "hang", times: "Infinity" });
  const started = Date.now();
  await vi.waitFor(
    async () => expectProblem(await call("GET", "/healthz", { env }), 503, "unavailable"),
    10_000,
  );
  expect(Date.now() - started).toBeLessThan(7000);
});

test("P4 an acquire whose answer never comes is 503 with Retry-After, and what it got is given back", async () => {
  const { path } = newName();
  await acquired(newName().path, {}, { env });
  await fault({ action: "drop-reply", times: "Infinity", command: "evalsha" });
  const answer = await post(`${path}/acquire`, { ttlMs: 10_000, waitMs: 60 }, { env });
  await admin("DELETE", "faults");
  expectProblem(answer, 503, "unavailable");
  expect(answer.headers.get("retry-after")).toBe("1");
  await answer.settled();
  await vi.waitFor(async () => expect((await call("GET", path, { env })).json.held).toBe(false), 5000);
});

test("P3 an acquire whose first answer is lost is granted once", async () => {
  const { path } = newName();
  await acquired(newName().path, {}, { env });
  await fault({ action: "drop-reply", command: "evalsha" });
  const { fence } = await acquired(path, { waitMs: 5000 }, { env });
  expect((await call("GET", path, { env })).json).toMatchObject({ held: true, lastFence: fence });
});
