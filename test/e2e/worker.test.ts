import { connect, type Socket } from "node:net";
import { createLocks, restStore } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type RunningWorker, startWorker } from "../support/worker.ts";

const KEY = "test-api-key";
const TOKEN = "test-store-token";
let gateway: Gateway;
let worker: RunningWorker;

beforeAll(async () => {
  gateway = await startGateway({ port: 0, tokens: TOKEN });
  worker = await startWorker({
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: TOKEN,
    HOLDFAST_API_KEY: KEY,
  });
});
afterAll(async () => {
  await worker?.stop();
  await gateway?.close();
});

interface HttpLease {
  owner: string;
  attemptId: string;
  fence: number;
}

const request = (verb: string, name: string, body: unknown, init: RequestInit = {}): Promise<Response> =>
  fetch(`${worker.url}/v1/locks/${encodeURIComponent(name)}/${verb}`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json", ...init.headers },
    body: JSON.stringify(body),
    ...(init.signal && { signal: init.signal }),
  });

async function acquire(name: string, body: Record<string, unknown> = {}): Promise<HttpLease> {
  const response = await request("acquire", name, { waitMs: 20_000, ...body });
  expect(response.status).toBe(200);
  return ((await response.json()) as { lease: HttpLease }).lease;
}

async function release(name: string, { owner, attemptId }: HttpLease): Promise<void> {
  const response = await request("release", name, { owner, attemptId });
  expect([response.status, await response.json()]).toEqual([200, { outcome: "released" }]);
}

const inspect = async (name: string): Promise<{ held: boolean; waiting: number }> => {
  const url = `${worker.url}/v1/locks/${encodeURIComponent(name)}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${KEY}` } });
  return (await response.json()) as { held: boolean; waiting: number };
};

/** A counter that comes out wrong, and says so, when two are inside at once. */
function sharedCounter() {
  const seen = { count: 0, overlaps: 0, fences: [] as number[] };
  let inside = 0;
  const section = async (fence: number) => {
    if (++inside > 1) seen.overlaps++;
    const before = seen.count;
    await new Promise((next) => setTimeout(next, 1));
    seen.count = before + 1;
    seen.fences.push(fence);
    inside--;
  };
  return { seen, section };
}

test("P1 P2 twenty HTTP clients compete for one name: nobody overlaps, fences grow, all get through", async () => {
  const { seen, section } = sharedCounter();
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const lease = await acquire("counter");
      await section(lease.fence);
      await release("counter", lease);
    }),
  );
  expect(seen).toMatchObject({ count: 20, overlaps: 0 });
  expect(seen.fences).toEqual([...seen.fences].sort((a, b) => a - b));
  expect(new Set(seen.fences).size).toBe(20);
});

test("P1 HTTP clients and the SDK compete for the same lock", async () => {
  const { seen, section } = sharedCounter();
  const locks = createLocks({ store: restStore({ url: gateway.url, token: TOKEN }) });
  const overHttp = async () => {
    const lease = await acquire("mixed");
    await section(lease.fence);
    await release("mixed", lease);
  };
  const overRest = () => locks.request("mixed", { waitMs: 20_000 }, (lease) => section(lease.fence));
  await Promise.all(Array.from({ length: 5 }, () => [overHttp(), overRest()]).flat());
  expect(seen).toMatchObject({ count: 10, overlaps: 0 });
});

test("P3 a client that lost its connection finds its lease again by Idempotency-Key", async () => {
  const first = await acquire("come-back");
  const headers = { "idempotency-key": crypto.randomUUID() };
  const body = { waitMs: 20_000, ttlMs: 60_000 };
  const client = new AbortController();
  const waiting = request("acquire", "come-back", body, { headers, signal: client.signal });
  await vi.waitFor(async () => expect((await inspect("come-back")).waiting).toBe(1), 5000);
  client.abort();
  await expect(waiting).rejects.toThrow();
  await release("come-back", first);
  await vi.waitFor(async () => expect((await inspect("come-back")).held).toBe(true), 5000);

  const response = await request("acquire", "come-back", { waitMs: 0, ttlMs: 60_000 }, { headers });
  expect(response.status).toBe(200);
  const { lease } = (await response.json()) as { lease: HttpLease };
  expect(lease.fence).toBeGreaterThan(first.fence);
  await release("come-back", lease);
});

/** A request over a connection that can be cut, as no fetch can. */
function rawPost(path: string, content: object): Socket {
  const { hostname, port, host } = new URL(worker.url);
  const socket = connect(Number(port), hostname);
  const body = JSON.stringify(content);
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${KEY}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  socket.on("error", () => {});
  return socket;
}

test("P4 a client that hung up while it waited keeps nobody waiting; who is still there gets a whole answer", async () => {
  const first = await acquire("hang-up");
  const socket = rawPost("/v1/locks/hang-up/acquire", { waitMs: 20_000 });
  await vi.waitFor(async () => expect((await inspect("hang-up")).waiting).toBe(1), 5000);
  const sentAt = Date.now();
  const behind = acquire("hang-up");
  await vi.waitFor(async () => expect((await inspect("hang-up")).waiting).toBe(2), 5000);
  await vi.waitFor(() => expect(Date.now() - sentAt).toBeGreaterThan(1100), 5000);
  socket.destroy();
  const releasedAt = Date.now();
  await release("hang-up", first);
  const lease = await behind;
  expect(Date.now() - releasedAt).toBeLessThan(2000);
  await release("hang-up", lease);
  expect(await inspect("hang-up")).toMatchObject({ held: false, waiting: 0 });
});

test("a client that hung up listens to nothing any more, once something cannot be delivered", async () => {
  const channel = `wake:${"h".repeat(22)}`;
  const listeners = async () =>
    (await gateway.command("PUBSUB", "NUMSUB", `holdfast:${channel}`)) as [string, number];
  const socket = rawPost("/v1/wake-ups", { channel });
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes;
  });
  await vi.waitFor(() => expect(heard).toContain("event: open"), 5000);
  expect((await listeners())[1]).toBe(1);
  socket.destroy();
  await vi.waitFor(async () => {
    await gateway.command("PUBLISH", `holdfast:${channel}`, "ask");
    expect((await listeners())[1]).toBe(0);
  }, 5000);
});
