import { expect, test, vi } from "vitest";
import { acquired, type Call, call, expectProblem, newName, post } from "./service.ts";

test("200 with the lease; without a body the defaults hold", async () => {
  const { name, path } = newName();
  const before = Date.now();
  const answer = await call("POST", `${path}/acquire`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const { lease } = answer.json;
  expect(lease).toMatchObject({ name, mode: "exclusive", ttlMs: 30_000 });
  expect(lease.owner).toMatch(/^[\w-]{22}$/);
  expect(lease.attemptId).toBe(lease.owner);
  expect(Number.isSafeInteger(lease.fence)).toBe(true);
  expect(lease.expiresAt).toBeGreaterThan(before + 28_000);
  expect(lease.expiresAt).toBeLessThanOrEqual(Date.now() + 30_000);
  expect(lease.remainingMs).toBeGreaterThan(28_000);
});

test("409 when held: who is told when to come back, not who holds it", async () => {
  const { path } = newName();
  const lease = await acquired(path, { ttlMs: 4500 });
  const answer = await post(`${path}/acquire`, { waitMs: 0 });
  expectProblem(answer, 409, "held");
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(4);
  expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(5);
  expect(answer.json.freeInMs).toBeGreaterThan(3000);
  expect(answer.json.heldForMs).toBeGreaterThanOrEqual(0);
  expect(answer.text).not.toContain(lease.owner);
});

test("waits for its turn, and gets a greater fence and the whole TTL", async () => {
  const { path } = newName();
  const first = await acquired(path);
  const sentAt = performance.now();
  const waiting = post(`${path}/acquire`, { waitMs: 10_000 });
  await vi.waitFor(async () => expect((await call("GET", path)).json.waiting).toBe(1));
  const waitedSince = performance.now();
  await vi.waitFor(() => expect(performance.now() - waitedSince).toBeGreaterThan(50));
  await post(`${path}/release`, { owner: first.owner });
  const answer = await waiting;
  expect(answer.status).toBe(200);
  // The wait is known, so that a holder who waited long may count from its end.
  expect(answer.json.lease.waitedMs).toBeGreaterThanOrEqual(50);
  expect(answer.json.lease.waitedMs).toBeLessThanOrEqual(performance.now() - sentAt);
  expect(answer.json.lease.fence).toBeGreaterThan(first.fence);
  expect(answer.json.lease.remainingMs).toBeGreaterThan(25_000);
});

test("metadata is kept, whatever JSON it is", async () => {
  for (const metadata of [null, "1", 7, [1, { a: "b c" }], { __proto__: 1, ключ: "🔑" }]) {
    const { path } = newName();
    await acquired(path, { metadata });
    expect((await call("GET", path)).json.holders[0].metadata).toEqual(metadata);
  }
});

test("P3 a repetition with the same attempt gets the same lease, by header or body", async () => {
  const { path } = newName();
  const key = crypto.randomUUID();
  const first = await post(`${path}/acquire`, { waitMs: 0 }, { headers: { "idempotency-key": key } });
  const quoted = await post(`${path}/acquire`, { waitMs: 0 }, { headers: { "idempotency-key": `"${key}"` } });
  const inBody = await post(`${path}/acquire`, { waitMs: 0, attemptId: key });
  const { owner, fence } = first.json.lease;
  expect(first.json.lease.attemptId).toBe(key);
  expect(quoted.json.lease).toMatchObject({ owner, fence });
  expect(inBody.json.lease).toMatchObject({ owner, fence });
  expectProblem(await post(`${path}/acquire`, { waitMs: 0 }), 409, "held");

  await post(`${path}/release`, { owner, attemptId: key });
  expectProblem(await post(`${path}/acquire`, { waitMs: 0, attemptId: key }), 409, "attempt-ended");
});

test("two names for one attempt are 422", async () => {
  const { path } = newName();
  const headers = { "idempotency-key": "attempt-one" };
  const answer = await post(`${path}/acquire`, { attemptId: "attempt-two" }, { headers });
  expectProblem(answer, 422, "invalid-argument");
  expect(answer.json.errors).toEqual([{ field: "attemptId", detail: expect.any(String) }]);
  expectProblem(
    await post(`${path}/acquire`, {}, { headers: { "idempotency-key": "short" } }),
    422,
    "invalid-argument",
  );
});

test.each([
  ["ttlMs", 9],
  ["ttlMs", 86_400_001],
  ["ttlMs", 1000.5],
  ["ttlMs", "1000"],
  ["ttlMs", null],
  ["ttlMs", -1],
  ["waitMs", -1],
  ["waitMs", 25_001],
  ["waitMs", 1.5],
  ["waitMs", true],
  ["attemptId", "short"],
  ["attemptId", "blanks are not allowed"],
  ["attemptId", "x".repeat(129)],
  ["metadata", "x".repeat(1023)],
  ["renew", true],
  ["ttlms", 1000],
  ["constructor", 1],
])("422 names the field %s (%j), without asking the store", async (field, value) => {
  const env = { UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9" };
  const answer = await post(`${newName().path}/acquire`, { [field]: value }, { env });
  expectProblem(answer, 422, "invalid-argument");
  expect(answer.json.errors).toEqual([{ field, detail: expect.any(String) }]);
  expect(answer.json.detail).toContain(field);
});

test("422 names every field at fault", async () => {
  const answer = await post(`${newName().path}/acquire`, { ttlMs: 1, waitMs: -1, more: 1 });
  expect(answer.json.errors.map((error: { field: string }) => error.field).sort()).toEqual([
    "more",
    "ttlMs",
    "waitMs",
  ]);
});

test.each([
  ["a length", { body: { waitMs: 20_000 } }],
  ["no length", { stream: '{"waitMs":20000}' }],
])("P4 a client that goes away withdraws its request, sent with %s", async (_, body: Call) => {
  const { path } = newName();
  const first = await acquired(path);
  const client = new AbortController();
  const waiting = call("POST", `${path}/acquire`, { ...body, signal: client.signal });
  await vi.waitFor(async () => expect((await call("GET", path)).json.waiting).toBe(1), 5000);
  client.abort();
  const answer = await waiting;
  expect(answer.status).toBe(499);
  await answer.settled();
  expect((await call("GET", path)).json).toMatchObject({ held: true, waiting: 0 });
  await post(`${path}/release`, { owner: first.owner });
  expect((await call("GET", path)).json.held).toBe(false);
});

test("P3 who names the attempt can go away and come back for its lease", async () => {
  const { path } = newName();
  const first = await acquired(path);
  const client = new AbortController();
  const headers = { "idempotency-key": crypto.randomUUID() };
  const options = { body: { waitMs: 20_000 }, headers };
  const waiting = call("POST", `${path}/acquire`, { ...options, signal: client.signal });
  await vi.waitFor(async () => expect((await call("GET", path)).json.waiting).toBe(1), 5000);
  client.abort();
  await post(`${path}/release`, { owner: first.owner });
  const { lease } = (await waiting).json;
  const again = await call("POST", `${path}/acquire`, options);
  expect(again.json.lease).toMatchObject({ owner: lease.owner, fence: lease.fence });
});
