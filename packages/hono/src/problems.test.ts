import { PROBLEMS, type ProblemCode } from "@holdfast/protocol";
import { afterEach, expect, test, vi } from "vitest";
import { type LockServiceOptions, lockService } from "./index.ts";
import { type Answer, expectProblem, newLock, newToken, OPERATOR_KEY, testApp } from "./test-app.ts";

const service = testApp({ history: false });
const post = (path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> =>
  service.call("POST", path, body, headers);
afterEach(() => service.gateway.faults.clear());

/** The answer of a service with other options. */
async function elsewhere(
  options: Partial<LockServiceOptions>,
  path: string,
  method = "GET",
): Promise<Answer> {
  const app = lockService(() => ({ ...service.options(), ...options }));
  const response = await app.request(path, { method, headers: { authorization: `Bearer ${OPERATOR_KEY}` } });
  return { status: response.status, headers: response.headers, json: await response.json() };
}

async function keyWith(rights: object): Promise<Record<string, string>> {
  const { json } = await post("/v1/keys", { label: "test", scopes: ["locks:acquire"], ...rights });
  return { authorization: `Bearer ${json.key}` };
}

/** How each problem comes about. */
const provoked: Record<ProblemCode, () => Promise<Answer>> = {
  "malformed-json": () => post(`${newLock().path}/acquire`, "{"),
  "malformed-path": () => service.call("GET", "/v1/locks/%ff"),
  unauthorized: () => service.call("GET", newLock().path, undefined, { authorization: "Bearer nobody" }),
  forbidden: async () => service.call("GET", newLock().path, undefined, await keyWith({})),
  "not-found": () => service.call("GET", "/v1/nothing"),
  "method-not-allowed": () => service.call("PUT", newLock().path),
  held: async () => {
    const { path } = newLock();
    await post(`${path}/acquire`, { waitMs: 0 });
    return post(`${path}/acquire`, { waitMs: 0 });
  },
  "queue-full": async () => {
    const { path } = newLock();
    const inQueue = { channel: `wake:${"q".repeat(22)}`, nonce: newToken(), forMs: 5000 };
    for (let i = 0; i < 2; i++)
      await post(`${path}/acquire`, { attemptId: newToken(), owner: newToken(), inQueue });
    return post(`${path}/acquire`, { maxWaiters: 1 });
  },
  lost: () => post(`${newLock().path}/extend`, { owner: newToken() }),
  "attempt-ended": async () => {
    const { path } = newLock();
    const attemptId = newToken();
    const { owner } = (await post(`${path}/acquire`, { attemptId })).json.lease;
    await post(`${path}/release`, { owner, attemptId });
    return post(`${path}/acquire`, { attemptId });
  },
  "kind-mismatch": async () => {
    const { path } = newLock();
    await post(`${path}/acquire`, { kind: "read" });
    return post(`${path}/acquire`, { waitMs: 0 });
  },
  "other-readers": async () => {
    const { path } = newLock();
    await post(`${path}/acquire`, { kind: "read" });
    const { owner, fence } = (await post(`${path}/acquire`, { kind: "read" })).json.lease;
    return post(`${path}/convert`, { owner, fence, mode: "exclusive" });
  },
  "body-too-large": () => post(`${newLock().path}/acquire`, " ".repeat(16_385)),
  "unsupported-media-type": () => post(`${newLock().path}/acquire`, "{}", { "content-type": "text/plain" }),
  "invalid-argument": () => post(`${newLock().path}/acquire`, { ttlMs: 1 }),
  "rate-limited": async () => {
    const key = await keyWith({ scopes: ["locks:read"], rateLimit: { requests: 1, windowMs: 60_000 } });
    const { path } = newLock();
    await service.call("GET", path, undefined, key);
    return service.call("GET", path, undefined, key);
  },
  internal: async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const app = lockService(() => {
      throw new TypeError("a fault of the program, with a secret");
    });
    const response = await app.request("/healthz");
    expect(log.mock.calls.flat().join("\n")).not.toContain("secret");
    log.mockRestore();
    return { status: response.status, headers: response.headers, json: await response.json() };
  },
  unavailable: () => {
    service.gateway.faults.inject({ action: "drop-request", times: 100 });
    return post(`${newLock().path}/acquire`, { waitMs: 0, ttlMs: 200 });
  },
  refused: () => {
    service.gateway.faults.inject({ action: "status", status: 400, times: 100 });
    return post(`${newLock().path}/acquire`, { waitMs: 0 });
  },
  "under-replicated": () =>
    elsewhere({ acks: { replicas: 1, timeoutMs: 20 } }, `${newLock().path}/acquire`, "POST"),
  misconfigured: () =>
    elsewhere({ redis: { url: service.gateway.url, token: "not-the-token" } }, newLock().path),
};

test.each(Object.entries(provoked))("%s", async (code, provoke) => {
  const answer = await provoke();
  expectProblem(answer, PROBLEMS[code as ProblemCode].status, code as ProblemCode);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const comesBack = ["held", "queue-full", "rate-limited", "unavailable", "under-replicated"].includes(code);
  expect(/^[1-9]\d*$/.test(answer.headers.get("retry-after") ?? "")).toBe(comesBack);
});
