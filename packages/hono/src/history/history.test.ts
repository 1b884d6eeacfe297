import type { HistoryBody, LockEventBody, OverviewBody } from "@holdfast/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServiceEvent } from "./event.ts";
import {
  fenceAt,
  type HistoryApp,
  historyApp,
  json,
  recordAll,
  startTestService,
  type TestService,
} from "./test-service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const history = async (app: HistoryApp, query = "") =>
  (await json<HistoryBody>(app, `/v1/history${query}`)).events;

describe("what is recorded", () => {
  test("is there in the order it happened, with who did it, for how long, and no secret", async () => {
    const app = historyApp(service.options());
    const now = Date.now();
    await recordAll(app, [
      { type: "queued", name: "a", attempt: "attempt-of-a", kind: "mutex" },
      { type: "acquired", name: "a", attempt: "attempt-of-a", fence: fenceAt(now - 40), waitedMs: 60 },
    ]);
    await recordAll(app, [
      { type: "released", name: "a", attempt: "attempt-of-a", fence: fenceAt(now - 40) },
    ]);

    const events = await history(app);

    expect(events.map(({ type }) => type)).toEqual(["queued", "acquired", "released"]);
    expect(events[1]).toMatchObject({
      actor: "tester",
      fence: fenceAt(now - 40),
      waitedMs: 60,
      at: now - 40,
    });
    expect(events[2]?.heldMs).toBeGreaterThanOrEqual(40);
    expect(events[2]?.heldMs).toBeLessThan(5000);
    // sha1sum of "attempt-of-a"
    const holder = "935382cc5608b0181fa92ea6eaf370cb0ef2ddbc";
    expect(new Set(events.map((event) => event.holder))).toEqual(new Set([holder]));
    const ids = events.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(JSON.stringify(events)).not.toContain("attempt-of-a");
  });

  test("leaves out a grant that was told of before: a repeated acquire is answered with its first lease", async () => {
    const app = historyApp(service.options());
    await recordAll(app, [{ type: "acquired", name: "a", fence: fenceAt(Date.now() - 10_000) }]);
    await recordAll(app, [{ type: "acquired", name: "a", fence: fenceAt(Date.now()), waitedMs: 0 }]);
    expect(await history(app)).toHaveLength(1);
  });

  test("has a lease that ran out end when it did, and takes no made-up fence for a hold", async () => {
    const app = historyApp(service.options());
    const now = Date.now();
    await recordAll(app, [
      { type: "expired", name: "a", fence: fenceAt(now - 5000), expiresAt: now - 2000 },
      { type: "lost", name: "a", fence: 1 },
    ]);
    const [expired, lost] = await history(app);
    expect(expired?.heldMs).toBe(3000);
    expect(lost).not.toHaveProperty("heldMs");
  });

  test("is bounded in number and in time, and costs one request", async () => {
    const options = { ...service.options(), history: { events: 100, keepMs: 60_000 } };
    const app = historyApp(options);
    await service.gateway.meter.reset();
    for (let i = 0; i < 40; i++)
      await recordAll(
        app,
        Array.from({ length: 25 }, (_, n) => ({ type: "queued" as const, name: `n${i}-${n}` })),
      );
    expect((await service.gateway.meter.read()).requests).toBe(40);

    const length = Number(await service.gateway.command("XLEN", `${options.namespace}:svc:events`));
    expect(length).toBeGreaterThanOrEqual(100);
    expect(length).toBeLessThan(250);
    for (const key of ["events", "counters"]) {
      const ttl = Number(await service.gateway.command("PTTL", `${options.namespace}:svc:${key}`));
      expect(ttl).toBeGreaterThan(50_000);
      expect(ttl).toBeLessThanOrEqual(60_000);
    }
    expect((await history(app)).at(-1)?.name).toBe("n39-24");
  });

  test("is nothing with history: false, and onEvent is told all the same", async () => {
    const told: ServiceEvent[] = [];
    const app = historyApp({
      ...service.options(),
      history: false,
      onEvent: (event) => void told.push(event),
    });
    await recordAll(app, [{ type: "withdrawn", name: "a" }]);
    expect(await history(app)).toEqual([]);
    expect(told).toMatchObject([{ type: "lock", event: { type: "withdrawn", name: "a", actor: "tester" } }]);
  });

  test("does not fail anything when the database does: onEvent is told, and a listener's own failure is its own", async () => {
    const told: ServiceEvent[] = [];
    const app = historyApp({
      ...service.options(),
      onEvent(event) {
        told.push(event);
        throw new Error("the listener's own");
      },
    });
    service.gateway.faults.inject({ action: "status", status: 500 });
    await recordAll(app, [{ type: "queued", name: "a" }]);
    service.gateway.faults.clear();
    expect(told.map(({ type }) => type)).toEqual(["lock", "trouble"]);
    expect(told[1]).toMatchObject({ during: "recording" });

    await recordAll(app, [{ type: "queued", name: "b" }]);
    expect((await history(app)).map(({ name }) => name)).toEqual(["b"]);
  });
});

describe("GET /v1/history", () => {
  test("answers the latest of those that are asked for and may be seen", async () => {
    const options = service.options();
    const app = historyApp(options);
    const names = ["orders/1", "orders/2", "invoices/1", "orders/1", "secret/1"];
    for (const name of names) await recordAll(app, [{ type: "queued", name }]);
    const seen = async (reader: typeof app, query: string) =>
      (await history(reader, query)).map(({ name }) => name);

    expect(await seen(app, "?name=orders/1")).toEqual(["orders/1", "orders/1"]);
    expect(await seen(app, "?prefix=orders/")).toEqual(["orders/1", "orders/2", "orders/1"]);
    expect(await seen(app, "?limit=2")).toEqual(["orders/1", "secret/1"]);
    expect(await seen(app, `?since=${Date.now() + 60_000}`)).toEqual([]);

    const limited = historyApp(options, { prefixes: ["orders/", "invoices/"] });
    expect(await seen(limited, "")).toEqual(names.slice(0, 4));
    expect(await seen(limited, "?name=secret/1")).toEqual([]);
    expect(await seen(historyApp(options, { tenant: "acme" }), "")).toEqual([]);
  });

  test("finds what is far back among what others did", async () => {
    const app = historyApp(service.options());
    await recordAll(app, [{ type: "queued", name: "rare" }]);
    for (let i = 0; i < 5; i++)
      await recordAll(
        app,
        Array.from({ length: 500 }, () => ({ type: "queued" as const, name: "common" })),
      );
    expect((await history(app, "?name=rare")).map(({ name }) => name)).toEqual(["rare"]);
  });

  test("steps over entries that are not the service's", async () => {
    const options = service.options();
    const app = historyApp(options);
    await service.gateway.command("XADD", `${options.namespace}:svc:events`, "*", "e", "{broken");
    await recordAll(app, [{ type: "queued", name: "a" }]);
    expect(await history(app)).toHaveLength(1);
  });
});

describe("GET /v1/overview", () => {
  test("counts grants, contention and losses by the minute, with the waits that were", async () => {
    const app = historyApp(service.options());
    const grant = (waitedMs: number) => ({
      type: "acquired" as const,
      name: "a",
      fence: fenceAt(Date.now()),
      waitedMs,
    });
    await recordAll(app, [
      ...Array.from({ length: 98 }, () => grant(0)),
      grant(10),
      grant(700),
      { type: "timed-out", name: "a", waitedMs: 1000 },
      { type: "lost", name: "a" },
      { type: "expired", name: "a" },
      { type: "released", name: "a" },
    ]);
    const { minutes, complete } = await json<OverviewBody>(app, "/v1/overview?minutes=3");

    expect(complete).toBe(true);
    expect(minutes.map(({ at }) => at % 60_000)).toEqual([0, 0, 0]);
    const total = (what: "grants" | "contended" | "losses") =>
      minutes.reduce((sum, minute) => sum + minute[what], 0);
    expect([total("grants"), total("contended"), total("losses")]).toEqual([100, 3, 2]);
    expect(minutes.filter(({ grants }) => grants > 0).at(-1)).toMatchObject({ waitP50Ms: 0, waitP99Ms: 10 });
    expect(minutes[0]).not.toHaveProperty("waitP50Ms");
  });

  test("says when the history does not reach back so far", async () => {
    const app = historyApp({ ...service.options(), history: { events: 100, keepMs: 600_000 } });
    expect(await json<OverviewBody>(app, "/v1/overview?minutes=11")).toMatchObject({ complete: false });
    expect(await json<OverviewBody>(app, "/v1/overview?minutes=10")).toMatchObject({ complete: true });
    const many: Pick<LockEventBody, "type" | "name">[] = Array.from({ length: 150 }, () => ({
      type: "queued",
      name: "a",
    }));
    await recordAll(app, many);
    expect(await json<OverviewBody>(app, "/v1/overview?minutes=10")).toMatchObject({ complete: false });
  });
});
