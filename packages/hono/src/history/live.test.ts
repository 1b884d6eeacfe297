import type { FaultRequest } from "@holdfast/gateway";
import type { LockEventBody } from "@holdfast/protocol";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Principal } from "../context.ts";
import { serviceOf } from "../services.ts";
import { wanted } from "./entries.ts";
import type { ServiceEvent } from "./event.ts";
import { follow } from "./live.ts";
import {
  historyApp,
  recordAll,
  startTestService,
  type TestOptions,
  type TestService,
} from "./test-service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

/** A client that has read everything so far. */
function listener(body: ReadableStream<Uint8Array>) {
  const messages: EventSourceMessage[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onComment: (comment) => comments.push(comment),
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const ended = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  })();
  return {
    messages,
    comments,
    ended,
    names: () =>
      messages
        .filter(({ event }) => event === "lock")
        .map(({ data }) => (JSON.parse(data) as LockEventBody).name),
    leave: () => reader.cancel(),
  };
}

async function listen(
  options: TestOptions,
  query = "",
  headers: Record<string, string> = {},
  principal: Partial<Principal> = {},
) {
  const answer = await historyApp(options, principal).request(`/v1/events${query}`, { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  return listener(answer.body as ReadableStream<Uint8Array>);
}

const queued = (name: string) => ({ type: "queued" as const, name });

/** Streams that the gateway still has for this service. */
const subscribers = async ({ namespace }: TestOptions) =>
  ((await service.gateway.command("PUBSUB", "NUMSUB", `${namespace}:svc:events`)) as unknown[])[1];

test("tells what happens from the beginning of the stream, with ids that rise", async () => {
  const options = service.options();
  const app = historyApp(options);
  await recordAll(app, [queued("before")]);
  const client = await listen(options);
  await recordAll(app, [queued("a"), queued("b")]);
  await recordAll(app, [queued("c")]);
  await vi.waitFor(() => expect(client.names()).toEqual(["a", "b", "c"]));
  const [first] = client.messages;
  expect(first).toMatchObject({ event: "lock", id: (JSON.parse(first?.data ?? "{}") as LockEventBody).id });
  await client.leave();
  await vi.waitFor(async () => expect(Number(await subscribers(options))).toBe(0));
});

test("goes on after Last-Event-ID without a gap or a repetition, while more happens", async () => {
  const options = service.options();
  const app = historyApp(options);
  const writing = (async () => {
    for (let i = 0; i < 60; i++) await recordAll(app, [queued(`n${i}`)]);
  })();
  const seen: string[] = [];
  let headers: Record<string, string> = {};
  await vi.waitFor(async () =>
    expect(await service.gateway.command("XLEN", `${options.namespace}:svc:events`)).not.toBe(0),
  );
  headers = { "last-event-id": "0-1" };
  // Each connection is cut after a few events.
  for (let connections = 0; seen.length < 60 && connections < 100; connections++) {
    const client = await listen(options, "", headers);
    await vi.waitFor(() => expect(client.names().length).toBeGreaterThan(0), { timeout: 5000 });
    await client.leave();
    await client.ended;
    seen.push(...client.names());
    headers = { "last-event-id": client.messages.at(-1)?.id ?? "" };
  }
  await writing;
  expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => `n${i}`));
});

test("says with an event `gap` that the history does not reach back to Last-Event-ID", async () => {
  const options = service.options();
  await recordAll(historyApp(options), [queued("a")]);
  const client = await listen(options, "", { "last-event-id": "1-0" });
  await vi.waitFor(() => expect(client.messages.map(({ event }) => event)).toEqual(["gap", "lock"]));
  await client.leave();
  const answer = await historyApp(options).request("/v1/events", { headers: { "last-event-id": "x" } });
  expect(answer.status).toBe(422);
});

test("tells only what is asked for and may be seen", async () => {
  const options = service.options();
  const one = await listen(options, "?name=orders/1");
  const many = await listen(options, "?prefix=orders/");
  const limited = await listen(options, "", {}, { prefixes: ["invoices/"] });
  const other = await listen(options, "", {}, { tenant: "acme" });
  await recordAll(historyApp(options), ["orders/1", "invoices/1", "orders/2", "end"].map(queued));
  await recordAll(historyApp(options, { tenant: "acme" }), [queued("theirs")]);
  await vi.waitFor(() => {
    expect(many.names()).toEqual(["orders/1", "orders/2"]);
    expect(limited.names()).toEqual(["invoices/1"]);
    expect(one.names()).toEqual(["orders/1"]);
    expect(other.names()).toEqual(["theirs"]);
  });
  await Promise.all([one, many, limited, other].map((client) => client.leave()));
});

test("ends when the database's stream does, and answers 503 when there is none", async () => {
  const options = service.options();
  const client = await listen(options);
  service.gateway.faults.inject({ action: "cut-stream" });
  await client.ended;
  service.gateway.faults.inject({
    action: "status",
    status: 500,
    when: ({ path }) => path.startsWith("/subscribe"),
  });
  expect((await historyApp(options).request("/v1/events")).status).toBe(503);
  service.gateway.faults.clear();
});

/** A stream with a timing of its own. */
function followed(
  options: TestOptions,
  timing: Parameters<typeof follow>[0]["timing"],
  signal?: AbortSignal,
) {
  return follow({
    service: serviceOf({ operatorKey: "test-operator-key", ...options }),
    key: `${options.namespace}:svc:events`,
    wanted: wanted({ id: "tester", via: "key", scopes: [], prefixes: [""] }, {}),
    timing: timing ?? {},
    signal,
  });
}

test("ends when the history cannot be read any more, and onEvent is told", async () => {
  const told: string[] = [];
  const onEvent = (event: ServiceEvent) => void (event.type === "trouble" && told.push(event.during));
  const options = { ...service.options(), onEvent };
  const client = await listen(options);
  const broken = { action: "status", status: 500, when: isRead } as const;
  service.gateway.faults.inject(broken);
  await recordAll(historyApp(options), [queued("a")]);
  await client.ended;
  service.gateway.faults.clear();
  expect(told).toEqual(["following"]);
});

const isRead = ({ commands }: FaultRequest) => commands[0]?.[0]?.toUpperCase() === "XRANGE";

test("gives signs of life, looks with each of them, and ends with the request", async () => {
  const options = service.options();
  const request = new AbortController();
  const client = listener(await followed(options, { keepAliveMs: 20, paceMs: 1 }, request.signal));
  await vi.waitFor(() => expect(client.comments.length).toBeGreaterThan(2));
  // Nobody rings: written past the service.
  await service.gateway.command(
    "XADD",
    `${options.namespace}:svc:events`,
    "*",
    "e",
    JSON.stringify(queued("unrung")),
  );
  await vi.waitFor(() => expect(client.names()).toEqual(["unrung"]));
  request.abort();
  await client.ended;
  await vi.waitFor(async () => expect(Number(await subscribers(options))).toBe(0));
});

test("keeps no more than a batch for a reader that does not read, and leaves it after a while", async () => {
  const options = service.options();
  const app = historyApp(options);
  const body = await followed(options, { paceMs: 1, patienceMs: 300 });
  await service.gateway.meter.reset();
  for (let i = 0; i < 20; i++)
    await recordAll(
      app,
      Array.from({ length: 100 }, (_, n) => queued(`${i}-${n}`)),
    );
  await vi.waitFor(async () => expect(Number(await subscribers(options))).toBe(0));
  // The records themselves, and at most two looks: one for what is in the stream's queue, one under way.
  expect((await service.gateway.meter.read()).requests).toBeLessThanOrEqual(22);

  const client = listener(body);
  await client.ended;
  expect(client.names().length).toBeLessThanOrEqual(1000);
});

test("hears no more after its lifetime, so that a key which was revoked does not either", async () => {
  const client = listener(await followed(service.options(), { lifetimeMs: 30 }));
  await client.ended;
});
