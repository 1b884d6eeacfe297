import type { HistoryBody, InspectionBody, LeaseAnswer } from "@holdfast/protocol";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { lockService } from "../service.ts";
import type { RequestEvent, ServiceEvent } from "./event.ts";
import { jsonLogs } from "./json-logs.ts";
import { startTestService, type TestOptions, type TestService, waitingFor } from "./test-service.ts";

const KEY = "the-operators-own-key-0123456789";
let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());
afterEach(() => vi.restoreAllMocks());

/** A whole service, and what it tells; each request is over when its background work is. */
function told(options: TestOptions = service.options()) {
  const events: ServiceEvent[] = [];
  const app = lockService({ ...options, operatorKey: KEY, onEvent: (event) => void events.push(event) });
  const ask = async (path: string, init: RequestInit = {}, key = KEY) => {
    const works: Promise<unknown>[] = [];
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", ...init.headers };
    const answer = await app.request(path, { ...init, headers }, {}, waitingFor(works));
    await Promise.all(works);
    return answer;
  };
  const post = (path: string, body: object, headers = {}) =>
    ask(path, { method: "POST", body: JSON.stringify(body), headers });
  const requests = () => events.filter((event): event is RequestEvent => event.type === "request");
  return { ask, post, events, requests };
}

test("a request is told of once, by its route, with who asked, what came of it and how long it took", async () => {
  const { post, ask, requests } = told();
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  await post("/v1/locks/invoice%3A42/acquire", { waitMs: 0 }, { traceparent });
  await post("/v1/locks/invoice%3A42/acquire", { waitMs: 0, ttlMs: 1 }, { traceparent: "made\tup" });
  await ask("/v1/nothing");
  await ask("/healthz");

  const [acquired, invalid, nothing, healthy, ...rest] = requests();
  expect(rest).toEqual([]);
  expect(acquired).toMatchObject({
    method: "POST",
    route: "/v1/locks/{name}/acquire",
    status: 200,
    name: "invoice:42",
    principal: "operator",
    scheme: "http",
    traceparent,
  });
  expect(acquired?.durationMs).toBeLessThan(10_000);
  expect(acquired?.code).toBeUndefined();
  expect(invalid).toMatchObject({ status: 422, code: "invalid-argument", name: "invoice:42" });
  expect(invalid?.traceparent).toBeUndefined();
  expect(nothing).toMatchObject({ status: 404, code: "not-found" });
  expect(healthy).toMatchObject({ route: "/healthz", status: 200 });
  expect(healthy?.principal).toBeUndefined();
});

test("who is turned away and what the database fails at is told beside it", async () => {
  const { ask, events } = told();
  await ask("/v1/me", {}, "a-wrong-key-that-nobody-has-given");
  expect(events.map(({ type }) => type)).toEqual(["request", "refused"]);
  expect(events[1]).toMatchObject({ code: "unauthorized", route: "/v1/me" });

  events.length = 0;
  service.gateway.faults.inject({ action: "status", status: 500, times: Number.POSITIVE_INFINITY });
  const answer = await ask("/v1/history");
  service.gateway.faults.clear();
  expect(answer.status).toBe(503);
  expect(events.find(({ type }) => type === "trouble")).toMatchObject({
    during: "request",
    route: "/v1/history",
  });
});

test("what locks went through is in the history, and no secret is in it or in any event", async () => {
  const { ask, post, events } = told();
  const attemptId = "attempt-0123456789abcdef";
  const { lease } = (await (
    await post("/v1/locks/a/acquire", { attemptId, ttlMs: 60_000 })
  ).json()) as LeaseAnswer;
  const others = await post("/v1/locks/a/acquire", { waitMs: 50 });
  expect(others.status).toBe(409);
  const { owner, fence } = lease;
  await post("/v1/locks/a/release", { owner, attemptId, fence });
  await post("/v1/locks/a/release", { owner, attemptId });
  await post("/v1/locks/a/acquire", { waitMs: 0 });
  await ask("/v1/locks/a", { method: "DELETE", body: JSON.stringify({ reason: "it hangs" }) });

  const text = await (await ask("/v1/history")).text();
  const recorded = (JSON.parse(text) as HistoryBody).events;
  const types = recorded.map(({ type }) => type).filter((type) => type !== "queued");
  expect(types).toEqual(["acquired", "timed-out", "released", "lost", "acquired", "broken"]);
  expect(recorded.at(-1)).toMatchObject({ actor: "operator", reason: "it hangs" });
  const [first] = recorded;
  expect(first).toMatchObject({ type: "acquired", fence, waitedMs: 0 });
  for (const secret of [owner, attemptId, KEY]) {
    expect(text).not.toContain(secret);
    expect(JSON.stringify(events)).not.toContain(secret);
  }
});

test("a grant that a wake-up told is in the history from its holder's first request on, with the wait that the holder tells", async () => {
  const { ask, post } = told();
  const { lease } = (await (await post("/v1/locks/w/acquire", { waitMs: 0 })).json()) as LeaseAnswer;
  const claim = { attemptId: "attempt-that-waits-by-itself", owner: "owner-that-waits-by-itself" };
  const inQueue = { channel: `wake:${"c".repeat(22)}`, nonce: "nonce-of-the-waiter", forMs: 10_000 };
  const again = { ...inQueue, waitedMs: 500 };
  expect((await post("/v1/locks/w/acquire", { ...claim, inQueue })).status).toBe(202);
  // Only the first asking is the beginning of a wait.
  expect((await post("/v1/locks/w/acquire", { ...claim, inQueue: again })).status).toBe(202);
  const { owner, attemptId } = lease;
  await post("/v1/locks/w/release", { owner, attemptId, fence: lease.fence });
  const { holders } = (await (await ask("/v1/locks/w")).json()) as InspectionBody;
  await post("/v1/locks/w/release", { ...claim, fence: holders[0]?.fence, waitedMs: 700 });

  const { events } = (await (await ask("/v1/history?name=w")).json()) as HistoryBody;
  expect(events.map(({ type }) => type)).toEqual(["acquired", "queued", "released", "acquired", "released"]);
  expect(events[3]).toMatchObject({ waitedMs: 700, fence: holders[0]?.fence, holder: events[1]?.holder });
  expect(events[4]).toMatchObject({ holder: events[1]?.holder, heldMs: expect.any(Number) });
});

test("jsonLogs writes a line of JSON for each event, and trouble as an error", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const lock = { at: 1, type: "queued", name: "two\nlines", actor: "x" } as const;
  jsonLogs()({ type: "lock", at: 1, event: lock });
  jsonLogs()({ type: "trouble", at: 1, during: "recording" });
  expect(log.mock.calls).toEqual([[`{"type":"lock","at":1,"event":${JSON.stringify(lock)}}`]]);
  expect(error.mock.calls).toEqual([['{"type":"trouble","at":1,"during":"recording"}']]);
});
