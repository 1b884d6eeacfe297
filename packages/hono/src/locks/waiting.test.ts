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
