import { createLocks, HoldfastError, type LockEvent } from "@holdfast/core";
import type { FaultRequest } from "@holdfast/gateway";
import { Redis } from "@upstash/redis";
import { describe, expect, test, vi } from "vitest";
import { upstashStore } from "./index.ts";
import { CLIENTS, testGateway } from "./test-gateway.ts";

const run = testGateway();
let names = 0;
const newName = () => `name-${++names}`;
const SECRETS = { attemptId: "attempt-not-for-logs", metadata: "metadata-not-for-logs" };

describe.each(CLIENTS)("over a client with %s", (_, options) => {
  test("P4 an abort rejects with its reason at once, is never an answer, and frees the name", async () => {
    const name = newName();
    const locks = run.locks(options);
    await (await locks.acquire(name)).release();
    for (const reason of [1, ["granted", 1, 30_000, "owner"], new Error("enough")]) {
      const controller = new AbortController();
      const hits = run.gateway.faults.injected;
      run.gateway.faults.inject({ action: "hang", afterExecuting: true, when: isAbout(name) });
      const acquiring = locks.acquire(name, { signal: controller.signal });
      await vi.waitFor(() => expect(run.gateway.faults.injected).toBe(hits + 1));
      controller.abort(reason);
      await expect(acquiring).rejects.toBe(reason);
      await vi.waitFor(async () => expect(await locks.inspect(name)).toMatchObject({ held: false }), 5000);
    }
  });

  test("P4 a server that never answers fails the acquire within its lease, not after the client's patience", async () => {
    const locks = run.locks(options);
    const name = newName();
    run.gateway.faults.inject({ action: "hang", times: Number.POSITIVE_INFINITY, when: isAbout(name) });
    const started = performance.now();
    await expect(locks.tryAcquire(name, { ttlMs: 600 })).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test("P10 an error repeats nothing that was sent: no message, cause or property of the client's", async () => {
    const locks = run.locks(options);
    const name = newName();
    await run.gateway.command("SADD", `holdfast:{${name}}`, "not a lock");
    const error = await locks.acquire(name, SECRETS).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "kind-mismatch" });
    expectNoSecrets(error);
  });
});

describe("a failed try", () => {
  test("is repeated after a 5xx, although the client does not tell the status", async () => {
    const name = newName();
    const events: LockEvent[] = [];
    const locks = run.locks({}, {}, (event) => events.push(event));
    run.gateway.faults.inject({ action: "status", status: 503, when: isAbout(name) });
    await locks.acquire(name);
    expect(events.filter(({ type }) => type === "retried")).toMatchObject([
      { during: "acquire", attempt: 1 },
    ]);
  });

  test.each(["drop-reply", "status"] as const)(
    "ends as unavailable when tries are used up, and what it may have got is given back (%s)",
    async (action) => {
      const name = newName();
      const locks = run.locks({ retry: { retries: 0 } }, { retry: { retries: 1, minDelayMs: 1 } });
      await (await locks.acquire(name)).release();
      run.gateway.faults.inject({ action, times: 2, when: isAbout(name) });
      const error = await locks.acquire(name, SECRETS).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "unavailable" });
      expectNoSecrets(error);
      await vi.waitFor(async () => expect(await locks.inspect(name)).toMatchObject({ held: false }), 5000);
    },
  );

  test("is not repeated when the token is wrong", async () => {
    const redis = new Redis({ url: run.gateway.url, token: "wrong", enableTelemetry: false });
    const requests = (await run.gateway.meter.read()).requests;
    const error = await createLocks({ store: upstashStore(redis) })
      .acquire("any", SECRETS)
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "unauthorized" });
    expectNoSecrets(error);
    expect((await run.gateway.meter.read()).requests - requests).toBeLessThanOrEqual(1);
  });
});

test.each(["<html>502 EVALSHA secret</html>", "{}", '{"error":"Bad Gateway"}', "[]", '"text"', ""])(
  "a proxy's body %j is no answer",
  async (body) => {
    vi.stubGlobal("fetch", async () => new Response(body));
    try {
      const locks = run.locks({}, { retry: { retries: 1, minDelayMs: 1 } });
      const error = await locks.acquire("any", SECRETS).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "unavailable" });
      expectNoSecrets(error);
    } finally {
      vi.unstubAllGlobals();
    }
  },
);

/** Requests for one name only: what other tests left in the background must not use up a fault. */
const isAbout =
  (name: string) =>
  ({ commands }: FaultRequest): boolean =>
    commands.flat().includes(`holdfast:{${name}}`);

/** Neither shown nor carried along. */
function expectNoSecrets(error: unknown): void {
  expect(error).toBeInstanceOf(HoldfastError);
  const everything = `${(error as Error).stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`;
  for (const secret of [...Object.values(SECRETS), "secret", "EVALSHA", "redis.call"])
    expect(everything).not.toContain(secret);
  expect((error as Error).cause).toBeUndefined();
}
