import { inspect } from "node:util";
import { type AcquireOptions, createLocks, type Locks, restStore } from "@holdfast/core";
import { afterEach, describe, expect, it } from "vitest";
import { expectMistake, forbiddenFetch } from "../support/unsent.ts";

const network = forbiddenFetch();
const store = restStore({ url: "http://127.0.0.1:1", token: "t", fetch: network.fetch });
const locks = createLocks({ store });

afterEach(() => expect(network.sent, "requests that left").toEqual([]));

type Verb = (name: string, options: AcquireOptions) => Promise<unknown>;
const waiting: Record<string, Verb> = {
  acquire: (name, options) => locks.acquire(name, options),
  request: (name, options) => locks.request(name, options, () => {}),
};
const taking: Record<string, Verb> = {
  ...waiting,
  tryAcquire: (name, options) => locks.tryAcquire(name, options),
};

const show = (value: unknown): string => inspect(value).slice(0, 40);

/** What is no whole number of milliseconds, whatever the limits are. */
const noDurations: unknown[] = [
  -1,
  1.5,
  0.1 + 0.2,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  2 ** 53,
  "30000",
  "30s",
  "",
  true,
  1000n,
  Symbol("ms"),
  [],
  [1000],
  {},
  Object.create(null),
  new Date(0),
  () => 1000,
];
const cycle: Record<string, unknown> = {};
cycle.self = cycle;

const mistakes: [option: keyof AcquireOptions, text: RegExp, values: unknown[]][] = [
  ["ttlMs", /ttlMs .* 10 to 86400000\b/, [...noDurations, 0, 9, 86_400_001, Number.POSITIVE_INFINITY]],
  ["waitMs", /waitMs .* 0 to 2147483647\b/, [...noDurations, 2_147_483_648]],
  ["renew", /renew must be true, false or \{ maxHoldMs \}/, ["yes", "", 1, 0, Symbol("renew"), () => true]],
  [
    "renew",
    /renew\.maxHoldMs .* 30000 to 2147483647\b.*ttlMs/,
    [{}, [], ...[...noDurations, 0, 29_999, Number.POSITIVE_INFINITY].map((maxHoldMs) => ({ maxHoldMs }))],
  ],
  [
    "renew",
    /unknown renew option "maxHold".* maxHoldMs/,
    [{ maxHold: 60_000 }, { maxHoldMs: 60_000, maxHold: 1 }],
  ],
  ["signal", /signal must be an AbortSignal/, [null, {}, "abort", true, new AbortController(), () => {}]],
  [
    "metadata",
    /metadata must be .* JSON/,
    [
      cycle,
      1n,
      { n: 1n },
      () => {},
      Symbol("metadata"),
      {
        toJSON: () => {
          throw new Error("no");
        },
      },
    ],
  ],
  [
    "metadata",
    /metadata .* 1024 characters/,
    ["x".repeat(1023), { text: "x".repeat(1020) }, Array(600).fill(1)],
  ],
  [
    "attemptId",
    /attemptId .* 8 to 128/,
    [
      null,
      "",
      "short-7",
      "x".repeat(129),
      "with space",
      "sémaphore",
      "line\nbreak",
      12_345_678,
      {},
      ["attempt-1"],
    ],
  ],
];

for (const [option, text, values] of mistakes)
  for (const [verb, call] of Object.entries(option === "waitMs" ? waiting : taking))
    describe(`P12 ${verb} with a bad ${option}`, () => {
      it.each(values.map((value) => [show(value), value]))("%s", async (_, value) => {
        await expectMistake(() => call("name", { [option]: value }), text);
      });
    });

it("P12 the complaint about waitMs names Infinity, the one value beyond its range", async () => {
  await expectMistake(() => locks.acquire("name", { waitMs: -1 }), /Infinity/);
});

describe("P12 misspelt options", () => {
  const misspelt = [
    "ttl",
    "TTLMs",
    "ttlms",
    "timeout",
    "timeoutMs",
    "wait",
    "lease",
    "leaseMs",
    "retries",
    "abortSignal",
    "maxHoldMs",
    "constructor",
  ];
  for (const [verb, call] of Object.entries(taking))
    it.each(misspelt)(`${verb} refuses %s, and says what there is`, async (key) => {
      await expectMistake(
        () => call("name", { [key]: 1000 }),
        new RegExp(`unknown option "${key}".*ttlMs.*renew.*signal`),
      );
    });

  for (const [verb, call] of Object.entries(taking))
    it.each([5000, "5000", true, () => {}, Symbol("options")])(
      `${verb} refuses %s in the place of options`,
      async (value) => {
        await expectMistake(() => call("name", value as never), /options must be given as an object/);
      },
    );

  it("tryAcquire refuses waitMs, since it does not wait", async () => {
    await expectMistake(() => locks.tryAcquire("name", { waitMs: 0 } as object), /tryAcquire .*waitMs/);
  });
});

describe("P12 names", () => {
  const verbs: Record<string, (locks: Locks, name: string) => Promise<unknown>> = {
    acquire: (locks, name) => locks.acquire(name),
    tryAcquire: (locks, name) => locks.tryAcquire(name),
    request: (locks, name) => locks.request(name, () => {}),
    inspect: (locks, name) => locks.inspect(name),
    forceRelease: (locks, name) => locks.forceRelease(name),
  };
  const bad: [what: string, name: unknown, text: RegExp][] = [
    ["the empty name", "", /name must not be empty/],
    ["513 units", "x".repeat(513), /at most 512 UTF-16 units; this one has 513/],
    ["257 emoji", "\u{1f512}".repeat(257), /at most 512 UTF-16 units; this one has 514/],
    ["no name", undefined, /name must be a string, not undefined/],
    ["null", null, /name must be a string, not null/],
    ["a number", 42, /name must be a string, not number/],
    ["a list", ["a"], /name must be a string/],
    ["an object", { name: "a" }, /name must be a string/],
    ["a String object", new String("a"), /name must be a string/],
    ["a symbol", Symbol("a"), /name must be a string, not symbol/],
  ];
  for (const [verb, call] of Object.entries(verbs))
    it.each(bad)(`${verb} refuses %s`, async (_, name, text) => {
      await expectMistake(() => call(locks, name as string), text);
    });
});

describe("P12 request", () => {
  it.each([
    ["no function", () => locks.request("name", {}, undefined as never)],
    ["nothing but a name", () => (locks.request as (name: string) => Promise<unknown>)("name")],
    ["something else than a function", () => locks.request("name", {}, "work" as never)],
    ["the function before the options", () => locks.request("name", (() => {}) as never, {} as never)],
  ])("refuses %s", async (_, call) => {
    await expectMistake(call, /request needs a function/);
  });
});

describe("P12 an aborted signal", () => {
  it.each(Object.entries(taking))("%s rejects with its reason", async (_, call) => {
    const reason = { why: "the caller went away" };
    await expect(call("name", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
