import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { acquireScript, inspectScript } from "../lock/scripts.generated.ts";
import type { AcksOptions } from "./acks.ts";
import { restStore } from "./rest-store.ts";
import type { RunOptions, StoreNotice } from "./store.ts";

const GRANTED = { result: ["granted", 7, 30_000, "owner", 1] };
const HELD = { result: ["held", 1, 1, 1, 1] };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store whose server answers so, one after the other, the last for ever. */
function storeOver(acks: AcksOptions, ...answers: unknown[]) {
  const sent: { url: string; body: unknown }[] = [];
  const notices: StoreNotice[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push({ url: String(url), body: JSON.parse(String(init?.body)) });
    return Response.json(answer, {
      status: Array.isArray(answer) || !("error" in Object(answer)) ? 200 : 400,
    });
  };
  const store = restStore({ url: "https://store.invalid/db", token: "token", fetch, acks });
  const run = async (script = acquireScript, options: RunOptions = {}) => {
    const onNotice = (notice: StoreNotice) => void notices.push(notice);
    const running = store.run(script, ["key"], ["mutex"], { onNotice, ...options }).then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    return running;
  };
  return { run, sent, notices };
}

const waitOf = (request: { body: unknown } | undefined) => (request?.body as unknown[] | undefined)?.[1];

const two: AcksOptions = { replicas: 2, timeoutMs: 300 };

describe("acks", () => {
  it("sends WAIT in the script's own request", async () => {
    const { run, sent, notices } = storeOver(two, [GRANTED, { result: 2 }]);
    expect(await run()).toEqual({ value: GRANTED.result });
    const script = ["EVALSHA", acquireScript.keyLockingDigest, "1", "key", "mutex"];
    expect(sent).toEqual([
      { url: "https://store.invalid/db/pipeline", body: [script, ["WAIT", "2", "300"]] },
    ]);
    expect(notices).toEqual([]);
  });

  it("sends WAITAOF for what must be on disk", async () => {
    const acks = { replicas: 1, timeoutMs: 300, fsync: true };
    const { run, sent } = storeOver(acks, [GRANTED, { result: [1, 1] }]);
    expect(await run()).toEqual({ value: GRANTED.result });
    expect(waitOf(sent[0])).toEqual(["WAITAOF", "1", "1", "300"]);
  });

  it.each<[string, AcksOptions, unknown, string, number]>([
    ["WAIT", two, 1, "1 of 2 replicas", 1],
    ["WAIT", two, 0, "0 of 2 replicas", 0],
    ["WAIT", two, "2", "0 of 2 replicas", 0],
    ["WAIT", two, null, "0 of 2 replicas", 0],
    ["WAITAOF", { ...two, fsync: true }, [0, 5], "2 of 3 append-only files", 2],
    ["WAITAOF", { ...two, fsync: true }, [1, 1], "2 of 3 append-only files", 2],
    ["WAITAOF", { ...two, fsync: true }, "3", "0 of 3 append-only files", 0],
  ])("%s with %j answered %j is too few: %s", async (_, acks, result, text, acknowledged) => {
    const { run, sent, notices } = storeOver(acks, [GRANTED, { result }]);
    const { error } = (await run()) as { error: Error };
    expect(error).toMatchObject({ name: "HoldfastError", code: "unavailable" });
    expect(error.message).toContain(`${text} had the write within 300 ms`);
    const wanted = acks.replicas + (acks.fsync ? 1 : 0);
    expect(notices).toEqual([{ type: "under-replicated", acknowledged, wanted }]);
    expect(sent, "nothing to repeat").toHaveLength(1);
  });

  it("more than were asked for are enough", async () => {
    expect(await storeOver(two, [GRANTED, { result: 5 }]).run()).toEqual({ value: GRANTED.result });
  });

  it("with onTooFew: warn the answer counts, and it is told", async () => {
    const { run, notices } = storeOver({ ...two, onTooFew: "warn" }, [GRANTED, { result: 1 }]);
    expect(await run()).toEqual({ value: GRANTED.result });
    expect(notices).toEqual([{ type: "under-replicated", acknowledged: 1, wanted: 2 }]);
  });

  it("an answer that promises nothing needs no replica", async () => {
    const { run, notices } = storeOver(two, [HELD, { result: 0 }]);
    expect(await run()).toEqual({ value: HELD.result });
    expect(notices).toEqual([]);
  });

  it("a script that promises nothing is sent alone", async () => {
    const { run, sent } = storeOver(two, { result: 1 });
    await run(inspectScript);
    const body = ["EVALSHA", inspectScript.keyLockingDigest, "1", "key", "mutex"];
    expect(sent).toEqual([{ url: "https://store.invalid/db", body }]);
  });

  it("waits for half of a try that is shorter", async () => {
    const { run, sent } = storeOver(two, [GRANTED, { result: 2 }]);
    await run(acquireScript, { attemptMs: 101 });
    expect(waitOf(sent[0])).toEqual(["WAIT", "2", "50"]);
  });

  it("a server without the script is sent it with another WAIT", async () => {
    const { run, sent } = storeOver(
      two,
      [{ error: "NOSCRIPT No matching script. Please use EVAL." }, { result: 2 }],
      [GRANTED, { result: 1 }],
    );
    expect(await run()).toMatchObject({ error: { code: "unavailable" } });
    expect(sent.map(({ body }) => (body as string[][]).map(([verb]) => verb))).toEqual([
      ["EVALSHA", "WAIT"],
      ["EVAL", "WAIT"],
    ]);
  });

  it.each<[string, AcksOptions, string, string, string]>([
    [
      "too old",
      { ...two, fsync: true },
      "ERR unknown command 'WAITAOF', with args beginning with: ",
      "refused",
      "Redis 7.2",
    ],
    [
      "without a file",
      { ...two, fsync: true },
      "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
      "refused",
      "appendonly yes",
    ],
    [
      "a token that may not",
      two,
      "NOPERM this user has no permissions to run the 'wait' command",
      "unauthorized",
      "WAIT",
    ],
  ])(
    "a server that refuses to wait (%s) fails it, whatever the script answered",
    async (_, acks, error, code, text) => {
      for (const first of [GRANTED, HELD]) {
        const outcome = (await storeOver(acks, [first, { error }]).run()) as { error: Error };
        expect(outcome.error).toMatchObject({ name: "HoldfastError", code });
        expect(outcome.error.message).toContain(text);
      }
    },
  );

  it("what the script itself is refused for is told as always", async () => {
    const readonly = { error: "READONLY You can't write against a read only replica." };
    expect(await storeOver(two, [readonly, { result: 0 }]).run()).toMatchObject({
      error: { code: "refused" },
    });
    expect(await storeOver(two, { error: "NOAUTH" }).run()).toMatchObject({
      error: { code: "unauthorized" },
    });
  });

  it.each<[string, unknown]>([
    ["one row", [GRANTED]],
    ["no rows", []],
    ["one reply", GRANTED],
    ["rows of nothing", [{}, {}]],
    ["a WAIT that is no reply", [GRANTED, null]],
    ["a server that is busy by then", [GRANTED, { error: "BUSY Redis is busy running a script." }]],
  ])("an answer of %s is no answer: the request is repeated", async (_, answer) => {
    const { run, sent } = storeOver(two, answer, [GRANTED, { result: 2 }]);
    expect(await run()).toEqual({ value: GRANTED.result });
    expect(sent).toHaveLength(2);
  });

  it.each<[unknown, string]>([
    [{ timeoutMs: 300 }, "acks.replicas"],
    [{ replicas: 0, timeoutMs: 300 }, "acks.replicas must be a whole number from 1 to 100 (0 with fsync)"],
    [{ replicas: -1, timeoutMs: 300, fsync: true }, "from 0 to 100"],
    [{ replicas: 101, timeoutMs: 300 }, "from 1 to 100"],
    [{ replicas: 1.5, timeoutMs: 300 }, "acks.replicas"],
    [{ replicas: 1 }, "acks.timeoutMs"],
    [{ replicas: 1, timeoutMs: 0 }, "acks.timeoutMs must be a whole number of milliseconds from 1 to 2500"],
    [{ replicas: 1, timeoutMs: 2501 }, "half the store's timeoutMs"],
    [{ ...two, onTooFew: "ignore" }, "acks.onTooFew"],
    [{ ...two, fsync: "yes" }, "acks.fsync"],
    [{ ...two, quorum: 2 }, 'unknown acks option "quorum"'],
    [1, "acks options must be given as an object"],
    [null, "acks options must be given as an object"],
  ])("P12 %j fails at once", (acks, text) => {
    const options = { url: "https://store.invalid", token: "token", acks: acks as AcksOptions };
    expect(() => restStore(options)).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(text) }),
    );
  });
});
