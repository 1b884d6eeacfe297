import { expect, it, vi } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { appOver, door, told } from "./app.ts";

const SHORT = { ttlMs: 800, waitMs: 0 };
const isEval = (commands: readonly (readonly string[])[]) => /^EVAL/i.test(commands[0]?.[0] ?? "");

onEveryEngine("a request with an Idempotency-Key, when something fails", (fixture) => {
  const key = () => `"${crypto.randomUUID()}"`;

  it("P3 a lost reply, whichever it is, runs it neither twice nor not at all", async () => {
    const calm = appOver(fixture);
    await calm.send({ key: key() });
    const requests = calm.network.requests.filter(({ commands }) => isEval(commands)).length;
    expect(requests).toBeGreaterThanOrEqual(3);
    for (let lost = 0; lost < requests; lost++) {
      const app = appOver(fixture);
      let seen = 0;
      app.network.fail({ action: "drop-reply", when: (commands) => isEval(commands) && seen++ === lost });
      const mine = key();
      const [first, second] = [await app.send({ key: mine }), await app.send({ key: mine })];
      expect([lost, first.status, second.status, app.runs.count]).toEqual([lost, 201, 201, 1]);
    }
  });

  it("is 503 without running when the store does not answer", async () => {
    const app = appOver(fixture);
    app.network.fail({ action: "drop-request", times: Number.POSITIVE_INFINITY });
    const mine = key();
    expect(await told(await app.send({ key: mine }))).toEqual({
      status: 503,
      code: "unavailable",
      retryAfter: "1",
    });
    expect(app.runs.count).toBe(0);
    app.network.clear();
    expect((await app.send({ key: mine })).status).toBe(201);
  });

  it("frees its key after a crash of the first run, when its lease is over", async () => {
    const { begun, begin, opened, open } = door();
    const runs = { count: 0 };
    const crashing = appOver(fixture, {
      runs,
      options: SHORT,
      work: async (c) => {
        begin();
        await opened;
        return c.text("too late");
      },
    });
    const mine = key();
    const first = crashing.send({ key: mine });
    await begun;
    // As the store sees it: from now on nothing comes from there any more.
    crashing.network.fail({ action: "drop-request", times: Number.POSITIVE_INFINITY });
    const other = appOver(fixture, { runs, options: SHORT });
    expect(await told(await other.send({ key: mine }))).toEqual({
      status: 409,
      code: "in-progress",
      retryAfter: "1",
    });
    await vi.waitFor(async () => expect((await other.send({ key: mine })).status).toBe(201), 5000);
    expect(runs.count).toBe(2);
    // It was no crash but a long pause: its caller is not told that all is well.
    crashing.network.clear();
    open();
    expect(await told(await first)).toEqual({ status: 503, code: "lost", retryAfter: "1" });
    expect(await (await crashing.send({ key: mine })).json()).toEqual({ paid: true });
    expect(runs.count).toBe(2);
  });

  it("keeps its key for as long as the handler works, and no longer than it may", async () => {
    const runs = { count: 0 };
    const aborted = Promise.withResolvers<void>();
    const endless = appOver(fixture, {
      runs,
      options: { ...SHORT, lockAtMostForMs: 1400 },
      work: (_, run) => {
        run?.signal.addEventListener("abort", () => aborted.resolve());
        return new Promise(() => {});
      },
    });
    const mine = key();
    const first = endless.send({ key: mine });
    const other = appOver(fixture, { runs, options: SHORT });
    const startedAt = performance.now();
    await vi.waitFor(async () => expect((await other.send({ key: mine })).status).toBe(201), 5000);
    // Longer than its TTL, which was renewed.
    expect(performance.now() - startedAt).toBeGreaterThan(1200);
    await aborted.promise;
    expect(runs.count).toBe(2);
    expect(await told(await first)).toMatchObject({ status: 503, code: "lost" });
  });

  it("goes on when its caller hangs up, who finds the answer", async () => {
    const { begun, begin, opened, open } = door();
    const app = appOver(fixture, {
      work: async (c, run) => {
        begin();
        await opened;
        return c.json({ aborted: run?.signal.aborted, key: run?.key, fence: typeof run?.fence });
      },
    });
    const mine = key();
    const caller = new AbortController();
    const first = app.send({ key: mine, signal: caller.signal });
    await begun;
    caller.abort();
    open();
    await first.catch(() => {});
    const again = await app.send({ key: mine });
    expect(await again.json()).toEqual({ aborted: false, key: mine.slice(1, -1), fence: "number" });
    expect(app.runs.count).toBe(1);
  });

  it("ends the wait of a caller that hangs up", async () => {
    const { begun, begin, opened, open } = door();
    const app = appOver(fixture, {
      options: { waitMs: 60_000 },
      work: async (c) => {
        begin();
        await opened;
        return c.text("done");
      },
    });
    const mine = key();
    const first = app.send({ key: mine });
    await begun;
    const caller = new AbortController();
    const second = app.send({ key: mine, signal: caller.signal });
    await vi.waitFor(
      () => expect(app.network.requests.some(({ url }) => url.includes("subscribe"))).toBe(true),
      5000,
    );
    caller.abort(new Error("hung up"));
    expect((await second).status).toBe(499);
    open();
    expect(await (await first).text()).toBe("done");
  });
});
