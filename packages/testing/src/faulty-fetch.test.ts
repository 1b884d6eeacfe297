import { beforeEach, describe, expect, it, vi } from "vitest";
import { faultyFetch } from "./faulty-fetch.ts";
import type { FetchFault } from "./fetch-faults.ts";
import type { Garbage } from "./garbage.ts";
import { manualClock } from "./manual-clock.ts";

const DATABASE = "http://db.test/";
const clock = manualClock();
let executed = 0;

/** A server that counts, and answers with its count. */
const counter: typeof fetch = async (_input, init) => {
  init?.signal?.throwIfAborted();
  executed++;
  return Response.json({ result: [executed, "word", null] }, { headers: { "upstash-sync-token": "s" } });
};
const network = faultyFetch(counter, { clock });

const post = (command: unknown[] = ["INCR", "k"], init?: RequestInit) =>
  network.fetch(DATABASE, { method: "POST", body: JSON.stringify(command), ...init });

/** What has become of a promise so far. */
function watch(promise: Promise<Response>): { state: string } {
  const seen = { state: "pending" };
  promise.then(
    () => Object.assign(seen, { state: "answered" }),
    (error) => Object.assign(seen, { state: String(error) }),
  );
  return seen;
}

beforeEach(() => {
  network.clear();
  executed = 0;
});

describe("faultyFetch", () => {
  it("carries requests untouched and records them, without headers", async () => {
    const answer = await post(["SET", "k", 1], { headers: { authorization: "Bearer secret" } });
    expect(await answer.json()).toEqual({ result: [1, "word", null] });
    expect(answer.headers.get("upstash-sync-token")).toBe("s");
    expect(network.requests).toEqual([
      {
        url: DATABASE,
        method: "POST",
        body: '["SET","k",1]',
        commands: [["SET", "k", "1"]],
        startedAt: clock.now(),
        faults: [],
      },
    ]);
    expect(JSON.stringify(network.requests)).not.toContain("secret");
  });

  it("takes a Request and a body of bytes alike", async () => {
    await network.fetch(new Request(DATABASE, { method: "POST", body: '["GET","a"]' }));
    await network.fetch(DATABASE, { method: "post", body: new TextEncoder().encode('["GET","b"]') });
    expect(network.requests.map(({ method, commands }) => [method, commands])).toEqual([
      ["POST", [["GET", "a"]]],
      ["POST", [["GET", "b"]]],
    ]);
    const whole = vi.fn(counter);
    const through = faultyFetch(whole);
    through.fail({ action: "duplicate" });
    await through.fetch(new Request(DATABASE, { method: "POST", body: "[]", headers: { "x-a": "1" } }));
    for (const [, init] of whole.mock.calls) {
      expect([init?.method, init?.body, new Headers(init?.headers).get("x-a")]).toEqual(["POST", "[]", "1"]);
    }
  });

  it.each<[FetchFault, number]>([
    [{ action: "drop-request" }, 0],
    [{ action: "drop-reply" }, 1],
  ])("%o fails like a broken connection", async (fault, runs) => {
    network.fail(fault);
    await expect(post()).rejects.toMatchObject({ name: "TypeError", cause: { code: "ECONNRESET" } });
    expect(executed).toBe(runs);
    await post();
    expect(executed).toBe(runs + 1);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])("hangs (afterExecuting: %s) until the caller gives up", async (afterExecuting, runs) => {
    network.fail({ action: "hang", afterExecuting });
    const controller = new AbortController();
    const answer = watch(post(undefined, { signal: controller.signal }));
    await clock.advance(1e9);
    expect([answer.state, executed]).toEqual(["pending", runs]);
    controller.abort(new Error("enough"));
    await clock.advance(0);
    expect(answer.state).toBe("Error: enough");
  });

  it("can ignore an abort for good", async () => {
    network.fail({ action: "hang", ignoreAbort: true });
    const answer = watch(post(undefined, { signal: AbortSignal.abort() }));
    await clock.advance(1e9);
    expect(answer.state).toBe("pending");
  });

  it("delays the request, which runs even when the caller has given up", async () => {
    network.fail({ action: "delay-request", delayMs: 100 });
    const controller = new AbortController();
    const answer = watch(post(undefined, { signal: controller.signal }));
    await clock.advance(99);
    controller.abort("gone");
    await clock.advance(0);
    expect([answer.state, executed]).toEqual(["gone", 0]);
    await clock.advance(1);
    expect(executed).toBe(1);
  });

  it("delays the reply", async () => {
    network.fail({ action: "delay-reply", delayMs: 100 });
    const answer = watch(post());
    await clock.advance(99);
    expect([answer.state, executed]).toEqual(["pending", 1]);
    await clock.advance(1);
    expect(answer.state).toBe("answered");
  });

  it.each([
    ["first", 1],
    ["second", 2],
  ] as const)("runs twice and gives the %s answer", async (answer, count) => {
    network.fail({ action: "duplicate", answer });
    expect(await (await post()).json()).toMatchObject({ result: [count, "word", null] });
    expect(executed).toBe(2);
  });

  it("answers with a status, before or after executing", async () => {
    network.fail({ action: "status", status: 429, headers: { "retry-after": "2" } });
    const limited = await post();
    expect([limited.status, limited.headers.get("retry-after"), executed]).toEqual([429, "2", 0]);
    network.fail({ action: "status", status: 400, error: "ERR syntax error", afterExecuting: true });
    const refused = await post();
    expect([refused.status, await refused.json()]).toEqual([400, { error: "ERR syntax error" }]);
    expect(executed).toBe(1);
  });

  it.each<[Garbage, string]>([
    ["truncated", '{"result":[1,'],
    ["empty", ""],
    ["error", '{"error":"ERR internal error"}'],
    ["huge-numbers", '{"result":[1e+300,"word",null]}'],
    ["wrong-types", '{"result":["many",0,{}]}'],
    [(body) => body.replace("result", "outcome"), '{"outcome":[1,"word",null]}'],
  ])("damages the body: %s", async (body, text) => {
    network.fail({ action: "garbage", body });
    const answer = await post();
    expect([answer.status, await answer.text(), executed]).toEqual([200, text, 1]);
  });

  it("damages the body: a proxy's page", async () => {
    network.fail({ action: "garbage", body: "html" });
    const answer = await post();
    expect(answer.headers.get("content-type")).toBe("text/html");
    await expect(answer.json()).rejects.toThrow(SyntaxError);
  });

  it("hits only the requests that are meant, as often as told", async () => {
    network.fail({
      action: "drop-reply",
      times: 2,
      when: (commands, index) => commands[0]?.[0] === "EVAL" && index > 1,
    });
    const outcomes: string[] = [];
    for (const word of ["EVAL", "GET", "EVAL", "GET", "EVAL", "EVAL"]) {
      outcomes.push(
        await post([word]).then(
          () => word,
          () => "lost",
        ),
      );
    }
    expect(outcomes).toEqual(["EVAL", "GET", "lost", "GET", "lost", "EVAL"]);
    expect(network.requests.map(({ faults }) => faults.length)).toEqual([0, 0, 1, 0, 1, 0]);
  });

  it("lets several faults hit one request, the first armed nearest to the client", async () => {
    network.fail({ action: "delay-reply", delayMs: 50 });
    network.fail({ action: "duplicate" });
    const answer = watch(post());
    await clock.advance(49);
    expect([answer.state, executed]).toEqual(["pending", 2]);
    await clock.advance(1);
    expect(answer.state).toBe("answered");
    expect(network.requests[0]?.faults).toEqual(["delay-reply", "duplicate"]);
  });

  it("forgets faults and requests", async () => {
    network.fail({ action: "drop-request", times: Number.POSITIVE_INFINITY });
    await expect(post()).rejects.toThrow("fetch failed");
    network.clear();
    await post();
    expect(network.requests).toHaveLength(1);
  });

  it("refuses a fault that cannot be", () => {
    expect(() => network.fail({ action: "drop-reply", times: 0 })).toThrow("times");
    expect(() => network.fail({ action: "delay-reply", delayMs: Number.NaN })).toThrow("delayMs");
  });
});
