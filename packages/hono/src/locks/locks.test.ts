import { createLocks, restStore } from "@holdfast/core";
import type { FaultRequest } from "@holdfast/gateway";
import { expect, test, vi } from "vitest";
import { type Answer, expectProblem, newLock, newToken, OPERATOR_KEY, testApp } from "../test-app.ts";

const service = testApp({ history: false });
const post = (path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> =>
  service.call("POST", path, body, headers);
const look = (path: string): Promise<Answer> => service.call("GET", path);

/** What a client that waits by itself sends. */
const own = (more: object = {}) => ({
  attemptId: newToken(),
  owner: newToken(),
  inQueue: { channel: `wake:${"c".repeat(22)}`, nonce: newToken(), forMs: 10_000 },
  ...more,
});

test("asking once: the lease, or why not, each by one request to the store", async () => {
  const { name, path } = newLock();
  await look(path);
  const before = await service.gateway.meter.read();
  const { json, status } = await post(`${path}/acquire`, { waitMs: 0, ttlMs: 5000 });
  expect(status).toBe(200);
  expect(json.lease).toMatchObject({ name, mode: "exclusive", ttlMs: 5000, remainingMs: 5000, waitedMs: 0 });
  expect(Math.abs(json.lease.storeTime - Date.now())).toBeLessThan(1000);
  const held = await post(`${path}/acquire`, { waitMs: 0 });
  expectProblem(held, 409, "held");
  expect(held.headers.get("retry-after")).toBe("5");
  expect(held.json).toMatchObject({
    freeInMs: expect.any(Number),
    position: 0,
    storeTime: expect.any(Number),
  });
  expect((await service.gateway.meter.read()).requests - before.requests).toBeLessThanOrEqual(3);
});

test("a client that waits by itself gets a place, the grant by a wake-up, and the same grant when it asks again", async () => {
  const { path } = newLock();
  const first = (await post(`${path}/acquire`, { waitMs: 0 })).json.lease;
  const channel = `wake:${newToken().replaceAll("-", "").slice(0, 22)}`;
  const ask = own();
  ask.inQueue.channel = channel;

  const stream = await service.app.request("/v1/wake-ups", {
    method: "POST",
    headers: { authorization: `Bearer ${OPERATOR_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ channel }),
  });
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
  const text = new TextDecoder();
  let heard = "";
  const hears = async (what: string) => {
    while (!heard.includes(what)) heard += text.decode((await reader.read()).value);
  };
  await hears("event: open\n");

  const queued = await post(`${path}/acquire`, ask);
  expect(queued).toMatchObject({
    status: 202,
    json: { queued: { position: 1, freeInMs: expect.any(Number) } },
  });
  const { waiters } = (await look(path)).json;
  expect(waiters).toMatchObject([{ hash: queued.json.queued.hash, position: 1 }]);

  await post(`${path}/release`, { owner: first.owner });
  await hears(`event: wake-up\ndata: granted ${ask.inQueue.nonce}`);
  await reader.cancel();
  const granted = await post(`${path}/acquire`, ask);
  expect(granted.json.lease).toMatchObject({ owner: ask.owner, attemptId: ask.attemptId });
  expect(granted.json.lease.remainingMs).toBeLessThanOrEqual(2000);
  expect(heard).toContain(`${granted.json.lease.fence}`);
});

test("a repetition that finds its grant out of the queue gets the whole time", async () => {
  const { path } = newLock();
  const first = (await post(`${path}/acquire`, { waitMs: 0 })).json.lease;
  const ask = own();
  expect((await post(`${path}/acquire`, ask)).status).toBe(202);
  await post(`${path}/release`, { owner: first.owner });
  const { attemptId } = ask;
  const { lease } = (await post(`${path}/acquire`, { attemptId, waitMs: 0, ttlMs: 20_000 })).json;
  expect(lease).toMatchObject({ owner: ask.owner, remainingMs: 20_000 });
});

test("wake-ups of a database that is down are a problem, not an empty stream; those of another's latch too", async () => {
  service.gateway.faults.inject({ action: "status", status: 503, times: 100 });
  const channel = `wake:${"d".repeat(22)}`;
  expectProblem(await post("/v1/wake-ups", { channel }), 503, "unavailable");
  service.gateway.faults.clear();
  expectProblem(await post("/v1/wake-ups", { channel: "latch:_zzzz" }), 422, "invalid-argument");
});

test("a stream that has nothing to tell says every 15 s that it is alive", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const stream = await service.app.request("/v1/wake-ups", {
      method: "POST",
      headers: { authorization: `Bearer ${OPERATOR_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ channel: `wake:${"s".repeat(22)}` }),
    });
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    vi.advanceTimersByTime(15_000);
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(": alive\n\n");
    await reader.cancel();
  } finally {
    vi.useRealTimers();
  }
});

test("withdrawing leaves nothing: no lease, no place, and no grant for a request that comes late", async () => {
  const { path } = newLock();
  const ask = own();
  await post(`${path}/acquire`, ask);
  const behind = own();
  expect((await post(`${path}/acquire`, behind)).status).toBe(202);
  expect((await post(`${path}/withdraw`, behind)).status).toBe(204);
  expect((await look(path)).json).toMatchObject({ held: true, waiting: 0 });
  expect((await post(`${path}/withdraw`, ask)).status).toBe(204);
  expect((await look(path)).json).toMatchObject({ held: false });
  expectProblem(await post(`${path}/acquire`, ask), 409, "attempt-ended");
});

test("who waits by itself, or withdraws, must say both of its claim", async () => {
  const { path } = newLock();
  const fields = ({ json }: Answer) => json.errors.map(({ field }: { field: string }) => field);
  const { attemptId: _, owner: __, ...neither } = own();
  expect(fields(await post(`${path}/acquire`, neither))).toEqual(["attemptId", "owner"]);
  expect(fields(await post(`${path}/withdraw`, { owner: newToken() }))).toEqual(["attemptId"]);
  expect(fields(await post("/v1/leases/withdraw", { names: ["a"], attemptId: newToken() }))).toEqual([
    "owner",
  ]);
});

test("a waiter is told its place when it must give up, and turned away from a long queue", async () => {
  const { path } = newLock();
  await post(`${path}/acquire`, { waitMs: 0 });
  const gaveUp = await post(`${path}/acquire`, { waitMs: 100 });
  expectProblem(gaveUp, 409, "held");
  expect(gaveUp.json.position).toBe(1);
  await post(`${path}/acquire`, own());
  for (const more of [{ waitMs: 3000 }, own()])
    expectProblem(await post(`${path}/acquire`, { ...more, maxWaiters: 1 }), 409, "queue-full");
});

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

test("a wait that is shorter than the store's answer ends as one that was in vain, not as a store that is down", async () => {
  const [free, held] = [newLock(), newLock()];
  await post(`${held.path}/acquire`, { waitMs: 0 });
  service.gateway.faults.latency({ requestMs: 15, replyMs: 15 });
  for (const waitMs of [0, 1, 4]) {
    expect((await post(`${free.path}/acquire`, { waitMs, ttlMs: 1000, steal: true })).status).toBe(200);
    expectProblem(await post(`${held.path}/acquire`, { waitMs }), 409, "held");
    const names = [newLock().name, held.name];
    expectProblem(await post("/v1/leases/acquire", { names, waitMs }), 409, "held");
  }
  expect((await post(`${newLock().path}/acquire`, { waitMs: 1 })).status).toBe(200);
  service.gateway.faults.clear();
});

test("a lease that was over before its answer arrived is no attempt of the caller's that has ended", async () => {
  // The scripts are known to the server by then: their first request does nothing.
  await post(`${newLock().path}/acquire`, { waitMs: 0 });
  await post("/v1/leases/acquire", { names: [newLock().name, newLock().name], waitMs: 0 });
  for (const several of [false, true]) {
    const { name, path } = newLock();
    let tries = 0;
    const mine = ({ commands }: FaultRequest) => commands.flat().some((text) => text.includes(name));
    const again = (request: FaultRequest) => mine(request) && ++tries === 2;
    service.gateway.faults.inject({ action: "delay-request", delayMs: 300, when: again });
    service.gateway.faults.inject({ action: "drop-reply", when: mine });
    const answer = several
      ? post("/v1/leases/acquire", { names: [name, newLock().name], waitMs: 0, ttlMs: 50 })
      : post(`${path}/acquire`, { waitMs: 0, ttlMs: 50 });
    expectProblem(await answer, 503, "unavailable");
  }
});

test("P4 what the tries of one request may still get is taken back", async () => {
  const { path } = newLock();
  await post(`${newLock().path}/acquire`, { waitMs: 0 });
  service.gateway.faults.inject({ action: "drop-reply", times: 50 });
  const answer = await post(`${path}/acquire`, { waitMs: 0, ttlMs: 10_000 });
  service.gateway.faults.clear();
  expectProblem(answer, 503, "unavailable");
  expect(answer.headers.get("retry-after")).toBe("1");
  await vi.waitFor(async () => expect((await look(path)).json).toMatchObject({ held: false }), 5000);
});
