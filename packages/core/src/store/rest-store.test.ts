import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RestStoreOptions } from "./rest-options.ts";
import { restStore } from "./rest-store.ts";
import type { Script } from "./script.ts";
import type { RetryInfo, RunOptions } from "./store.ts";

const script: Script = { name: "test", source: "return 1", digest: "plain", keyLockingDigest: "flagged" };
const ok = (result: unknown, init?: ResponseInit) => Response.json({ result }, init);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), "timers left behind").toBe(0);
  vi.useRealTimers();
});

/** A store over a fetch that answers one after the other, the last for ever; notes what was sent. */
function storeOver(answers: (() => Response | Promise<Response>)[], options: Partial<RestStoreOptions> = {}) {
  const sent: { headers: Record<string, string>; command: string[] }[] = [];
  const retries: RetryInfo[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push({ headers: init?.headers as Record<string, string>, command: JSON.parse(String(init?.body)) });
    return (answer as () => Response)();
  };
  const store = restStore({ url: "https://store.invalid", token: "secret-token", fetch, ...options });
  const run = async (runOptions: RunOptions = {}) => {
    const onRetry = (info: RetryInfo) => void retries.push(info);
    const running = store.run(script, ["key"], ["argument"], { onRetry, ...runOptions }).then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    await vi.advanceTimersByTimeAsync(120_000);
    return running;
  };
  return { run, sent, retries };
}

describe("restStore", () => {
  it("sends one command with the token, and gives its result", async () => {
    const { run, sent } = storeOver([() => ok([1, "a", null])]);
    expect(await run()).toEqual({ value: [1, "a", null] });
    expect(sent).toMatchObject([
      {
        headers: { authorization: "Bearer secret-token" },
        command: ["EVALSHA", "flagged", "1", "key", "argument"],
      },
    ]);
  });

  it("sends along the last answer's sync token, so that a replica has what was written", async () => {
    const { run, sent } = storeOver([() => ok(1, { headers: { "upstash-sync-token": "s1" } }), () => ok(1)]);
    await run();
    await run();
    await run();
    expect(sent.map(({ headers }) => headers["upstash-sync-token"])).toEqual(["", "s1", "s1"]);
  });

  it.each([
    [429, "status"],
    [500, "status"],
    [503, "status"],
    [599, "status"],
  ])("tries again after HTTP %i", async (status, reason) => {
    const { run, sent, retries } = storeOver([() => new Response("busy", { status }), () => ok(1)]);
    expect(await run()).toEqual({ value: 1 });
    expect(retries).toMatchObject([{ attempt: 1, reason }]);
    expect(sent[1]?.command).toEqual(sent[0]?.command);
  });

  it.each([
    ["LOADING Redis is loading the dataset in memory", "busy"],
    ["BUSY Redis is busy running a script.", "busy"],
    ["CLUSTERDOWN The cluster is down", "busy"],
  ])("tries again after %s", async (error, reason) => {
    const { run, retries } = storeOver([() => Response.json({ error }, { status: 400 }), () => ok(1)]);
    expect(await run()).toEqual({ value: 1 });
    expect(retries).toMatchObject([{ reason }]);
  });

  it("tries again after a 200 that is not the protocol's JSON", async () => {
    const { run } = storeOver([() => new Response("<html>"), () => new Response("[]"), () => ok(1)]);
    expect(await run()).toEqual({ value: 1 });
  });

  it.each([
    [400, "refused"],
    [401, "unauthorized"],
    [403, "unauthorized"],
    [404, "refused"],
    [405, "refused"],
    [413, "refused"],
    [302, "refused"],
  ])("does not try again after HTTP %i: %s", async (status, code) => {
    const { run, sent } = storeOver([() => new Response("secret-argument", { status })]);
    const { error } = (await run()) as { error: Error };
    expect(error).toMatchObject({ name: "HoldfastError", code });
    expect(error.message).not.toContain("secret");
    expect(sent).toHaveLength(1);
  });

  it("keeps Retry-After in seconds and as a date", async () => {
    const later = new Date(Date.now() + 3000).toUTCString();
    const { run, retries } = storeOver([
      () => new Response("", { status: 429, headers: { "retry-after": "2" } }),
      () => new Response("", { status: 503, headers: { "retry-after": later } }),
      () => new Response("", { status: 503, headers: { "retry-after": "soon" } }),
      () => ok(1),
    ]);
    await run();
    const [seconds, date, neither] = retries.map(({ delayMs }) => delayMs);
    expect(seconds).toBe(2000);
    expect(date).toBeGreaterThan(0);
    expect(date).toBeLessThanOrEqual(1000);
    expect(neither).toBeLessThanOrEqual(200);
  });

  it("does not let a Retry-After keep a caller without a budget for an hour", async () => {
    const { run } = storeOver([() => new Response("", { status: 429, headers: { "retry-after": "3600" } })]);
    const settled = vi.fn();
    void run().then(settled);
    await vi.advanceTimersByTimeAsync(120_000);
    const inTime = settled.mock.calls.length;
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(inTime).toBe(1);
    expect(settled).toHaveBeenCalledWith({ error: expect.objectContaining({ code: "unavailable" }) });
  });

  it("spends one budget on a run, the repetition with the source included", async () => {
    const slowly = (answer: () => Response) => () =>
      new Promise<Response>((resolve) => setTimeout(() => resolve(answer()), 700));
    const { run } = storeOver([
      slowly(() => Response.json({ error: "NOSCRIPT No matching script." }, { status: 400 })),
      slowly(() => ok(1)),
    ]);
    expect(await run({ budgetMs: 1000 })).toMatchObject({ error: { code: "unavailable" } });
  });

  it("calls the platform's fetch without a receiver", async () => {
    const receivers: unknown[] = [];
    vi.stubGlobal("fetch", function (this: unknown) {
      receivers.push(this);
      return Promise.resolve(ok(1));
    });
    const store = restStore({ url: "https://store.invalid", token: "token" });
    expect(await store.run(script, [], [])).toBe(1);
    vi.unstubAllGlobals();
    expect(receivers.every((receiver) => receiver === undefined || receiver === globalThis)).toBe(true);
  });

  it.each([
    [{ url: "ftp://store" }, /http\(s\) URL/],
    [{ url: "https://user:pw@store" }, /credentials/],
    [{ url: "https://store?_token=secret" }, /query/],
    [{ token: "" }, /token/],
    [{ token: "two words" }, /token/],
    [{ timeoutMs: 0 }, /timeoutMs/],
    [{ timeoutMs: 1.5 }, /timeoutMs/],
    // Longer than any timer waits: it would fire at once.
    [{ timeoutMs: 3_000_000_000 }, /timeoutMs/],
    [{ retry: { retries: -1 } }, /retries/],
    [{ fetch: "fetch" as never }, /fetch/],
  ])("refuses %o", (options, text) => {
    expect(() => restStore({ url: "https://store", token: "token", ...options })).toThrow(text);
  });
});
