import { createLocks, restStore } from "@holdfast/core";
import { expect, test, vi } from "vitest";
import { type Answer, expectProblem, newLock, newToken, testApp } from "../test-app.ts";

const service = testApp({ history: false });
const post = (path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> =>
  service.call("POST", path, body, headers);
const look = (path: string): Promise<Answer> => service.call("GET", path);

test("read and write: readers share, and one alone becomes the writer", async () => {
  const { path } = newLock();
  const read = async () => (await post(`${path}/acquire`, { kind: "read", waitMs: 500 })).json.lease;
  const [one, two] = [await read(), await read()];
  expect(one.mode).toBe("shared");
  expectProblem(await post(`${path}/acquire`, { kind: "write", waitMs: 0 }), 409, "held");
  const change = ({ owner, fence }: { owner: string; fence: number }, mode: string) =>
    post(`${path}/convert`, { owner, fence, mode });
  expectProblem(await change(one, "exclusive"), 409, "other-readers");
  await post(`${path}/release`, { owner: two.owner });
  const converted = await change(one, "exclusive");
  expect(converted.json.fence).toBeGreaterThan(one.fence);
  expect((await look(path)).json.holders).toMatchObject([{ mode: "exclusive" }]);
  expectProblem(await change(two, "exclusive"), 409, "lost");
  const kept = await post(`${path}/extend`, { owner: one.owner });
  expect(kept.json.lease).toMatchObject({ mode: "exclusive", fence: converted.json.fence });
});

test("a semaphore has its permits, weights, and another number of them afterwards", async () => {
  const { path } = newLock();
  const take = (weight: number, permits = 3) =>
    post(`${path}/acquire`, { kind: "semaphore", permits, weight, waitMs: 0 });
  expect((await take(2)).json.lease.mode).toBe("shared");
  expectProblem(await take(2), 409, "held");
  expect((await take(1)).status).toBe(200);
  expectProblem(await take(1, 4), 409, "kind-mismatch");
  expect((await post(`${path}/resize`, { permits: 5 })).status).toBe(204);
  expect((await take(2, 5)).status).toBe(200);
  const waiting = await post(`${path}/acquire`, { kind: "semaphore", permits: 5, waitMs: 100 });
  expectProblem(waiting, 409, "held");
});

test("stealing breaks what is held and takes it", async () => {
  const { path } = newLock();
  const first = (await post(`${path}/acquire`, { waitMs: 0 })).json.lease;
  const second = (await post(`${path}/acquire`, { steal: true })).json.lease;
  expect(second.fence).toBeGreaterThan(first.fence);
  expectProblem(await post(`${path}/extend`, { owner: first.owner }), 409, "lost");
});

test("several names at once: all or none, extended and released together", async () => {
  const [a, b] = [newLock(), newLock()];
  const names = [a.name, b.name];
  const { lease } = (await post("/v1/leases/acquire", { names, waitMs: 0 })).json;
  expect(lease).toMatchObject({
    names,
    fences: [expect.any(Number), expect.any(Number)],
    fence: expect.any(Number),
  });
  const c = newLock();
  const blocked = await post("/v1/leases/acquire", { names: [c.name, b.name], waitMs: 0 });
  expectProblem(blocked, 409, "held");
  expect(blocked.json.blocked).toBe(1);
  expect((await look(c.path)).json.held).toBe(false);

  const { owner, attemptId } = lease;
  const rows = names.map((name) => ({ name, owner, attemptId, ttlMs: 60_000 }));
  const lost = { ...rows[0], owner: newToken(), attemptId: newToken() };
  const { remainingMs } = (await post("/v1/leases/extend", { leases: [...rows, lost] })).json;
  expect(remainingMs).toEqual([60_000, 60_000, 0]);

  const leases = names.map((name, i) => ({ name, fence: lease.fences[i] }));
  const waiting = post("/v1/leases/acquire", { names: [c.name, b.name], waitMs: 5000 });
  await vi.waitFor(async () => expect((await look(b.path)).json.waiting).toBe(1));
  expect((await post("/v1/leases/release", { owner, leases })).json).toEqual({ outcome: "released" });
  expect(
    (await post("/v1/leases/release", { owner, leases: leases.map((l) => ({ ...l, fence: 1 })) })).json,
  ).toEqual({
    outcome: "lost",
  });
  const next = (await waiting).json.lease;
  expect([...next.names].sort()).toEqual([c.name, b.name].sort());
  const late = await post("/v1/leases/acquire", { names, waitMs: 500 });
  expect(late.json).toMatchObject({ code: "held", blocked: 1 });
});

test("several names are withdrawn together", async () => {
  const [a, b] = [newLock(), newLock()];
  const body = { names: [a.name, b.name], waitMs: 0, attemptId: newToken(), owner: newToken() };
  expect((await post("/v1/leases/acquire", body)).status).toBe(200);
  expect((await post("/v1/leases/withdraw", body)).status).toBe(204);
  for (const { path } of [a, b]) expect((await look(path)).json.held).toBe(false);
  expectProblem(await post("/v1/leases/acquire", body), 409, "attempt-ended");
});

test("a latch counts each attempt once, and opens", async () => {
  const path = `/v1/latches/${newToken()}/count-down`;
  const count = (more: object) => post(path, { count: 2, ...more });
  expect((await count({ n: 0 })).json).toEqual({ remaining: 2 });
  const attemptId = newToken();
  expect((await count({ attemptId })).json).toEqual({ remaining: 1 });
  expect((await count({ attemptId })).json).toEqual({ remaining: 1 });
  expect((await count({})).json).toEqual({ remaining: 0 });
});

test("breaking ends the leases, once for each attempt", async () => {
  const { path } = newLock();
  await post(`${path}/acquire`, { waitMs: 0 });
  const attemptId = newToken();
  const broken = () => service.call("DELETE", path, { reason: "stuck since Monday", attemptId });
  expect((await broken()).json).toEqual({ broken: true });
  await post(`${path}/acquire`, { waitMs: 0 });
  await broken();
  expect((await look(path)).json.held).toBe(true);
  expect((await service.call("DELETE", path)).json).toEqual({ broken: true });
  expect((await service.call("DELETE", path)).json).toEqual({ broken: false });
});

test("the list shows what is in use, page by page", async () => {
  const prefix = `list-${newToken()}:`;
  for (let i = 0; i < 5; i++) await post(`/v1/locks/${prefix}${i}/acquire`, { waitMs: 0, metadata: { i } });
  const seen: Record<string, object> = {};
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ prefix, limit: "2", ...(cursor && { cursor }) });
    const { json } = await look(`/v1/locks?${query}`);
    expect(Math.abs(json.asOf - Date.now())).toBeLessThan(2000);
    for (const lock of json.locks) seen[lock.name] = lock;
    cursor = json.cursor;
  } while (cursor !== undefined);
  expect(Object.keys(seen).sort()).toEqual([0, 1, 2, 3, 4].map((i) => `${prefix}${i}`));
  expect(seen[`${prefix}3`]).toMatchObject({
    kind: "mutex",
    used: 1,
    holders: 1,
    waiting: 0,
    holder: { metadata: { i: 3 }, mode: "exclusive" },
  });
  for (const [query, field] of [
    ["limit=0", "limit"],
    ["limit=5&limit=6", "limit"],
    ["cursor=x", "cursor"],
    ["cursr=1", "cursr"],
  ])
    expect((await look(`/v1/locks?${query}`)).json).toMatchObject({ status: 422, errors: [{ field }] });
});

test("an SDK on the same database takes part in the same locks", async () => {
  const { name, path } = newLock();
  const locks = createLocks({ store: restStore(service.options().redis) });
  await using _lease = await locks.acquire(name);
  expectProblem(await post(`${path}/acquire`, { waitMs: 0 }), 409, "held");
});
