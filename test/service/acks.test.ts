import { createClient } from "@holdfast/client";
import type { AcksOptions } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { lockService } from "@holdfast/hono";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

// The lock service over a database that has no replica, so that none ever acknowledges.

const TOKEN = "token-of-the-acks-tests";
const OPERATOR = "operator-key-of-the-acks-tests";
let database: Gateway;
beforeAll(async () => {
  database = await startGateway({ port: 0, tokens: TOKEN });
});
afterAll(() => database.close());

function serviceWith(acks?: AcksOptions) {
  const redis = { url: database.url, token: TOKEN };
  const app = lockService({ redis, operatorKey: OPERATOR, history: false, ...(acks && { acks }) });
  const paths: string[] = [];
  const client = () =>
    createClient({
      url: "http://locks.example",
      token: OPERATOR,
      fetch: async (input, init) => {
        paths.push(new URL(String(input)).pathname);
        return app.request(String(input), init);
      },
    });
  const metrics = async () => {
    const headers = { authorization: `Bearer ${OPERATOR}` };
    const text = await (await app.request("/metrics", { headers })).text();
    return Number(/^holdfast_under_replicated_total (\d+)$/m.exec(text)?.[1]);
  };
  return { app, client, metrics, paths };
}

test("too few replicas: 503 that says so, and the name is free at once", async () => {
  const { app, client } = serviceWith({ replicas: 1, timeoutMs: 50 });
  const answer = await app.request("/v1/locks/strict/acquire", {
    method: "POST",
    headers: { authorization: `Bearer ${OPERATOR}`, "content-type": "application/json" },
    body: JSON.stringify({ waitMs: 0, ttlMs: 60_000 }),
  });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    code: "under-replicated",
    detail: expect.stringContaining("0 of 1 replicas"),
  });
  await using strict = client();
  const asked = performance.now();
  await expect(strict.acquire("strict", { ttlMs: 60_000 })).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("Too few replicas"),
  });
  expect(performance.now() - asked, "not until its wait is over").toBeLessThan(5000);
  await using plain = serviceWith().client();
  await vi.waitFor(async () => expect(await plain.tryAcquire("strict")).not.toBeNull(), 5000);
});

test("a client that hears of its grant asks for it, so that it is acknowledged like any other", async () => {
  const service = serviceWith({ replicas: 1, timeoutMs: 50, onTooFew: "warn" });
  await using holder = service.client();
  await using waiter = service.client();
  const lease = await holder.acquire("told", { ttlMs: 60_000 });
  const waiting = waiter.acquire("told", { waitMs: 20_000, ttlMs: 60_000 });
  const asks = () => service.paths.filter((path) => path.endsWith("/acquire")).length;
  // It has its place, listens, and has looked once for what it may have missed.
  await vi.waitFor(() => {
    expect(service.paths).toContain("/v1/wake-ups");
    expect(asks()).toBeGreaterThanOrEqual(3);
  }, 5000);
  const before = await service.metrics();
  await lease.release();
  const next = await waiting;
  expect(await service.metrics()).toBeGreaterThan(before);
  expect(next.fence).toBeGreaterThan(lease.fence);
});

test("acks that cannot work are the operator's mistake", () => {
  expect(() => serviceWith({ replicas: 0, timeoutMs: 50 })).toThrow("acks (HOLDFAST_ACKS)");
});
