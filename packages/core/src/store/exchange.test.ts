import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../clock.ts";
import { exchange } from "./exchange.ts";

type Fetch = typeof globalThis.fetch;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), "timers left behind").toBe(0);
  vi.useRealTimers();
});

const post = (fetch: Fetch, limitMs = 1000, signal?: AbortSignal) =>
  exchange(systemClock, fetch, "https://store.invalid/", { authorization: "Bearer secret" }, "[]", limitMs, {
    signal,
  });
const never: Fetch = () => new Promise(() => {});

describe("exchange", () => {
  it("gives status, headers and the whole text", async () => {
    const answer = await post(async () => new Response("text", { status: 418, headers: { "x-a": "b" } }));
    expect(answer).toMatchObject({ status: 418, text: "text" });
    expect((answer as { headers: Headers }).headers.get("x-a")).toBe("b");
  });

  it("posts, follows no redirect and asks no cache", async () => {
    const fetch = vi.fn<Fetch>(async () => new Response(""));
    await post(fetch);
    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe("https://store.invalid/");
    expect(init).toMatchObject({ method: "POST", body: "[]", redirect: "manual", cache: "no-store" });
  });

  it("ends in time under a fetch that ignores its signal, and tells it", async () => {
    let told: AbortSignal | null | undefined;
    const answer = post((_, init) => {
      told = init?.signal;
      return new Promise(() => {});
    }, 300);
    await vi.advanceTimersByTimeAsync(299);
    expect(told?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual({ retry: "timeout", text: "no answer within 300 ms" });
    expect(told?.aborted).toBe(true);
  });

  it("ends in time though the body never ends", async () => {
    const answer = post(async () => new Response(new ReadableStream({})), 300);
    await vi.advanceTimersByTimeAsync(300);
    expect(await answer).toMatchObject({ retry: "timeout" });
  });

  it("is not confused by an answer that comes after its end", async () => {
    let reply = (_: Response) => {};
    const fetch: Fetch = () =>
      new Promise((resolve) => {
        reply = resolve;
      });
    const answer = post(fetch, 300);
    await vi.advanceTimersByTimeAsync(300);
    reply(new Response("late"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await answer).toMatchObject({ retry: "timeout" });
  });

  it.each([
    ["rejects", () => Promise.reject(new TypeError("fetch failed: Bearer secret"))],
    [
      "throws",
      () => {
        throw new TypeError("fetch failed: Bearer secret");
      },
    ],
    [
      "breaks off in the body",
      async () =>
        new Response(new ReadableStream({ start: (body) => body.error(new Error("Bearer secret")) })),
    ],
  ] satisfies [string, Fetch][])(
    "takes a fetch that %s for a broken network, and repeats nothing",
    async (_, fetch) => {
      expect(await post(fetch)).toEqual({ retry: "network", text: "the connection failed" });
    },
  );

  it("names the system's code, and only if it is one", async () => {
    const failing = (code: unknown) =>
      post(() => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code } })));
    expect(await failing("ECONNREFUSED")).toMatchObject({ text: "the connection failed (ECONNREFUSED)" });
    expect(await failing("https://user:secret@host")).toMatchObject({ text: "the connection failed" });
    expect(await failing(42)).toMatchObject({ text: "the connection failed" });
  });

  it("rejects with the signal's own reason, also under a fetch that ignores it", async () => {
    const caller = new AbortController();
    const answer = post(never, 1000, caller.signal);
    const reason = { why: "enough" };
    caller.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  it("sends nothing for a signal that has aborted already", async () => {
    const fetch = vi.fn<Fetch>(never);
    await expect(post(fetch, 1000, AbortSignal.abort("gone"))).rejects.toBe("gone");
    expect(fetch).not.toHaveBeenCalled();
  });

  it("leaves no listener on the caller's signal", async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, "removeEventListener");
    const add = vi.spyOn(signal, "addEventListener");
    await post(async () => new Response(""), 1000, signal);
    expect(remove.mock.calls.map(([, fn]) => fn)).toEqual(add.mock.calls.map(([, fn]) => fn));
  });
});
