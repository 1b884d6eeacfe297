import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Clock, systemClock } from "../clock.ts";
import { type TryOutcome, withRetries } from "./retry.ts";
import type { RetryInfo, RunOptions } from "./store.ts";

const POLICY = { retries: 3, minDelayMs: 50, maxDelayMs: 1000 };
/** Jitter in the middle: three quarters of the pause. */
const clock: Clock = { ...systemClock, randomBytes: () => new Uint8Array([128, 0]) };
const LOST: TryOutcome<string> = { retry: "network", text: "the connection failed" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs through `outcomes`, each try taking `tryMs`, and notes when each one left and what it was allowed. */
async function run(outcomes: TryOutcome<string>[], options: RunOptions = {}, tryMs = 0, timeoutMs = 5000) {
  const started = performance.now();
  const tries: { at: number; limitMs: number }[] = [];
  const retries: RetryInfo[] = [];
  const result = withRetries(
    clock,
    POLICY,
    timeoutMs,
    { onRetry: (info) => void retries.push(info), ...options },
    async (limitMs) => {
      const outcome = outcomes[Math.min(tries.length, outcomes.length - 1)] as TryOutcome<string>;
      tries.push({ at: performance.now() - started, limitMs });
      await new Promise((resolve) => setTimeout(resolve, Math.min(tryMs, Math.max(limitMs, 0))));
      return outcome;
    },
  ).then(
    (value) => ({ value, error: undefined }),
    (error) => ({ value: undefined, error }),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  return { result: await result, tries, retries };
}

describe("withRetries", () => {
  it("gives the first answer without a retry", async () => {
    const { result, tries, retries } = await run([{ answer: "yes" }]);
    expect(result.value).toBe("yes");
    expect(tries).toEqual([{ at: 0, limitMs: 5000 }]);
    expect(retries).toEqual([]);
  });

  it("pauses twice as long each time, with jitter below half", async () => {
    const { result, tries, retries } = await run([LOST, LOST, LOST, { answer: "yes" }]);
    expect(result.value).toBe("yes");
    expect(retries).toEqual([
      { attempt: 1, delayMs: 37.5, reason: "network" },
      { attempt: 2, delayMs: 75, reason: "network" },
      { attempt: 3, delayMs: 150, reason: "network" },
    ]);
    expect(tries.map(({ at }) => Math.floor(at))).toEqual(
      [0, 37, 112, 262].map((at) => expect.closeTo(at, -1)),
    );
  });

  it("gives up after the retries of its policy", async () => {
    const { result, tries } = await run([LOST]);
    expect(tries).toHaveLength(4);
    expect(result).toMatchObject({ error: { code: "unavailable" } });
    expect(String(result.error)).toContain("4 tries");
  });

  it("keeps a server's Retry-After if it is longer than the pause", async () => {
    const { retries } = await run([{ ...LOST, afterMs: 700 }, { ...LOST, afterMs: 10 }, { answer: "yes" }]);
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([700, 75]);
  });

  it("does not wait for a Retry-After that its budget does not last for", async () => {
    const { result, tries, retries } = await run([{ ...LOST, afterMs: 700 }], { budgetMs: 700 });
    expect([tries.length, retries.length]).toEqual([1, 0]);
    expect(result).toMatchObject({ error: { code: "unavailable" } });
  });

  it("gives no try more time than the budget has left, and starts none without", async () => {
    const { result, tries } = await run([LOST], { budgetMs: 1000, attemptMs: 400 }, 400);
    expect(result).toMatchObject({ error: { code: "unavailable" } });
    expect(tries.map(({ limitMs }) => limitMs)).toEqual([400, 400, expect.closeTo(87.5, -1)]);
    expect(tries.every(({ limitMs }) => limitMs > 0)).toBe(true);
  });

  it("takes the shorter of the store's and the caller's time for a try", async () => {
    expect((await run([{ answer: "yes" }], { attemptMs: 9000 })).tries[0]?.limitMs).toBe(5000);
    expect((await run([{ answer: "yes" }], { attemptMs: 10 })).tries[0]?.limitMs).toBe(10);
  });

  it("stops pausing when the signal aborts, with its reason", async () => {
    const caller = new AbortController();
    const reason = { why: "the caller left" };
    setTimeout(() => caller.abort(reason), 20);
    const { result, tries } = await run([LOST], { signal: caller.signal });
    expect(result.error).toBe(reason);
    expect(tries).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("passes on at once what is no use trying again", async () => {
    const refusal = new Error("refused");
    const failing = withRetries(clock, POLICY, 5000, {}, () => Promise.reject(refusal));
    await expect(failing).rejects.toBe(refusal);
  });
});
