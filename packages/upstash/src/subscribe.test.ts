import { createLocks } from "@holdfast/core";
import type { FaultRequest } from "@holdfast/gateway";
import { Redis } from "@upstash/redis";
import { afterEach, describe, expect, test, vi } from "vitest";
import { upstashStore } from "./index.ts";
import { CLIENTS, testGateway } from "./test-gateway.ts";

const run = testGateway();
let names = 0;
const newName = () => `name-${++names}`;
const isStream = ({ path }: FaultRequest) => path.startsWith("/subscribe/");
const clients = CLIENTS.filter(([name]) => /^(defaults|responseEncoding|@upstash)/.test(name));
const stop = new AbortController();
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(clients)("over a client with %s", (_, options) => {
  test("messages arrive as they were sent, whatever JSON would make of them", async () => {
    const channel = newName();
    const heard: string[] = [];
    await upstashStore(run.redis(options)).subscribe?.(channel, (text) => heard.push(text), stop.signal);
    const messages = ["1", "granted a 1 2 3", '"x"', "null", "007", "[1]", "a,b", ""];
    for (const message of messages) await run.gateway.command("PUBLISH", channel, message);
    await vi.waitFor(() => expect(heard).toEqual(messages));
  });

  test("a stream that breaks is told, and nothing goes to the console", async () => {
    const said = vi.spyOn(console, "error");
    const channel = newName();
    const subscription = await upstashStore(run.redis(options)).subscribe?.(channel, () => {}, stop.signal);
    run.gateway.faults.inject({ action: "cut-stream", when: ({ path }) => path.endsWith(channel) });
    expect(await subscription?.closed).toBeUndefined();
    expect(said).not.toHaveBeenCalled();
  });

  test("a waiter is told of its grant over the stream, and sends no look for it", async () => {
    const name = newName();
    const [ours, theirs] = [run.locks(options), run.locks(options)];
    await (await ours.acquire(newName())).release();
    const seen: string[] = [];
    run.gateway.faults.inject({
      action: "delay-reply",
      when: ({ path, commands }) => {
        if (path !== "/" || commands.flat().includes(`holdfast:{${name}}`)) seen.push(path);
        return false;
      },
    });
    const lease = await ours.acquire(name);
    const waiting = theirs.acquire(name);
    // It takes its place, opens the stream, and looks once for what it may have missed meanwhile.
    const afterStream = () => seen.slice(seen.findIndex((path) => path !== "/") + 1);
    await vi.waitFor(() => {
      expect(seen).toContainEqual(expect.stringMatching(/^\/subscribe\//));
      expect(afterStream()).toEqual(["/"]);
    });
    await lease.release();
    const next = await waiting;
    expect(afterStream()).toEqual(["/", "/"]);
    expect(await next.release()).toBe("released");
  });
});

test("where streams are refused, waiters look from time to time", async () => {
  run.gateway.faults.inject({ action: "status", status: 403, times: 9, when: isStream });
  await expect(upstashStore(run.redis()).subscribe?.("x", () => {}, stop.signal)).rejects.toMatchObject({
    code: "unavailable",
  });
  const name = newName();
  const lease = await run.locks().acquire(name);
  const waiting = run.locks().acquire(name);
  await vi.waitFor(async () => expect((await run.locks().inspect(name)).waiting).toBe(1));
  await lease.release();
  await (await waiting).release();
});

test("a stream that never opens is given up after timeoutMs, or when its signal says so", async () => {
  run.gateway.faults.inject({ action: "hang", times: 9, when: isStream });
  const store = upstashStore(run.redis(), { timeoutMs: 100 });
  await expect(store.subscribe?.("x", () => {}, stop.signal)).rejects.toMatchObject({ code: "unavailable" });
  const patient = upstashStore(run.redis());
  const enough = new AbortController();
  const opening = patient.subscribe?.("x", () => {}, enough.signal);
  await vi.waitFor(() => expect(run.gateway.faults.injected).toBeGreaterThan(1));
  enough.abort();
  await expect(opening).rejects.toBeDefined();
});

test("a client with a requester of its own has no stream: its waiters look", async () => {
  const { client } = run.redis() as unknown as { client: { request(request: unknown): unknown } };
  const redis = new Redis({ request: (request: unknown) => client.request(request) } as never);
  const store = upstashStore(redis);
  expect("subscribe" in store).toBe(false);
  const locks = createLocks({ store });
  const name = newName();
  const lease = await locks.acquire(name);
  const waiting = locks.acquire(name);
  await vi.waitFor(async () => expect((await locks.inspect(name)).waiting).toBe(1));
  await lease.release();
  await (await waiting).release();
});

describe("the client's own Subscriber, for as long as there has to be a way round it", () => {
  test.each([
    ["newest", {}],
    ["oldest", { oldest: true }],
  ])("does not tell that its stream broke (%s)", async (_, options) => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const channel = newName();
    const subscriber = run.redis(options).subscribe([channel]);
    const told: string[] = [];
    for (const event of ["error", "unsubscribe", "close", "end"] as never[])
      subscriber.on(event, () => told.push(event));
    await new Promise((resolve) => subscriber.on("subscribe", resolve));
    run.gateway.faults.inject({ action: "cut-stream", when: ({ path }) => path.endsWith(channel) });
    await vi.waitFor(() => expect(said).toHaveBeenCalled());
    expect(told).toEqual([]);
    await subscriber.unsubscribe();
  });

  test.each<[string, { oldest?: boolean }, string, unknown]>([
    ["newest", {}, "message", 1],
    ["oldest", { oldest: true }, "error", expect.any(Error)],
  ])("changes messages or drops them (%s)", async (_, options, event, expected) => {
    const channel = newName();
    const subscriber = run.redis(options).subscribe([channel]);
    const heard = new Promise((resolve) => subscriber.on(event as "message", resolve));
    await new Promise((resolve) => subscriber.on("subscribe", resolve));
    await run.gateway.command("PUBLISH", channel, options.oldest ? "granted a 1 2 3" : "1");
    const got = await heard;
    expect(event === "message" ? (got as { message: unknown }).message : got).toEqual(expected);
    await subscriber.unsubscribe();
  });
});
