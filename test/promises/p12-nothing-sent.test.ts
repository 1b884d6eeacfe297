import { inspect } from "node:util";
import { type AcquireOptions, createLocks, type Lease, type Locks, restStore } from "@holdfast/core";
import { afterEach, describe, expect, it } from "vitest";
import { expectMistake, forbiddenFetch } from "../support/unsent.ts";

const network = forbiddenFetch();
const store = restStore({
  url: "http://127.0.0.1:1",
  token: "t",
  fetch: network.fetch,
  retry: { retries: 0 },
});
const locks = createLocks({ store });

afterEach(() => {
  const left = network.requests.length;
  network.clear();
  expect(left, "requests that left").toBe(0);
});

type Options = AcquireOptions & { weight?: number };
type Verb = (options: Options) => Promise<unknown>;
const work = () => expect.fail("ran without the lock");

const waiting: Record<string, Verb> = {
  acquire: (options) => locks.acquire("name", options),
  request: (options) => locks.request("name", options, work),
  acquireAll: (options) => locks.acquireAll(["name", "other"], options),
  "read.acquire": (options) => locks.readWrite("name").read.acquire(options),
  "write.request": (options) => locks.readWrite("name").write.request(options, work),
  "semaphore.acquire": (options) => locks.semaphore("name", { permits: 3 }).acquire(options),
};
const taking: Record<string, Verb> = {
  ...waiting,
  tryAcquire: (options) => locks.tryAcquire("name", options),
  "write.tryAcquire": (options) => locks.readWrite("name").write.tryAcquire(options),
  "semaphore.tryAcquire": (options) => locks.semaphore("name", { permits: 3 }).tryAcquire(options),
};

// biome-ignore format: a list of values
const noWholeNumbers: unknown[] = [
  -1, 1.5, 0.1 + 0.2, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53, "30000", "30s", "", true, 1000n, Symbol("ms"),
  [], [1000], {}, Object.create(null), new Date(0), () => 1000,
];
const noNumbersAtAll = [...noWholeNumbers, Number.POSITIVE_INFINITY];
const cycle: Record<string, unknown> = {};
cycle.self = cycle;
const throwing = {
  toJSON: () => {
    throw new Error("no");
  },
};

interface Mistake {
  readonly option: keyof Options;
  /** The option and what it may be. */
  readonly text: RegExp;
  readonly values: unknown[];
  readonly verbs?: Record<string, Verb>;
}

const mistakes: Mistake[] = [
  { option: "ttlMs", text: /ttlMs .* 10 to 86400000\b/, values: [...noNumbersAtAll, 0, 9, 86_400_001] },
  {
    option: "waitMs",
    text: /waitMs .* 0 to 2147483647\b/,
    values: [...noWholeNumbers, 2_147_483_648],
    verbs: waiting,
  },
  {
    option: "renew",
    text: /renew must be true, false or \{ maxHoldMs \}/,
    values: ["yes", "", 1, 0, Symbol("renew"), () => true],
  },
  {
    option: "renew",
    text: /renew\.maxHoldMs .* 30000 to 2147483647\b.*ttlMs/,
    values: [{}, [], ...[...noNumbersAtAll, 0, 29_999].map((maxHoldMs) => ({ maxHoldMs }))],
  },
  {
    option: "renew",
    text: /unknown renew option "maxHold".* maxHoldMs/,
    values: [{ maxHold: 60_000 }, { maxHoldMs: 60_000, maxHold: 1 }],
  },
  { option: "lockDelayMs", text: /lockDelayMs .* 0 to 86400000\b/, values: [...noNumbersAtAll, 86_400_001] },
  { option: "claimMs", text: /claimMs .* 100 to 60000\b/, values: [...noNumbersAtAll, 0, 99, 60_001] },
  { option: "fair", text: /fair must be true or false/, values: [null, 0, 1, "true", {}, () => true] },
  {
    option: "maxWaiters",
    text: /maxWaiters .* 1 to 1000000\b/,
    values: [...noNumbersAtAll, 0, 1_000_001],
    verbs: waiting,
  },
  {
    option: "maxRequests",
    text: /maxRequests .* 2 to 1000000\b/,
    values: [...noNumbersAtAll, 0, 1, 1_000_001],
    verbs: waiting,
  },
  {
    option: "signal",
    text: /signal must be an AbortSignal/,
    values: [null, {}, "abort", true, new AbortController(), () => {}],
  },
  {
    option: "metadata",
    text: /metadata must be .* JSON/,
    values: [cycle, 1n, { n: 1n }, () => {}, Symbol("metadata"), throwing],
  },
  {
    option: "metadata",
    text: /metadata .* 1024 characters/,
    values: ["x".repeat(1023), { text: "x".repeat(1020) }, Array(600).fill(1)],
  },
  {
    option: "attemptId",
    text: /attemptId .* 8 to 128/,
    // biome-ignore format: a list of values
    values: [null, "", "short-7", "x".repeat(129), "with space", "sémaphore", "line\nbreak", 12_345_678, {}, ["attempt-1"]],
  },
  {
    option: "within",
    text: /within/,
    values: [true, "name", {}, { name: "name", signal: new AbortController().signal } as Lease],
  },
  {
    option: "weight",
    text: /weight .* 1 to 3\b/,
    values: [...noNumbersAtAll, 0, 4],
    verbs: Object.fromEntries(Object.entries(taking).filter(([verb]) => verb.startsWith("semaphore"))),
  },
  {
    option: "weight",
    text: /weight/,
    values: [1, 2, "1"],
    verbs: Object.fromEntries(Object.entries(taking).filter(([verb]) => !verb.startsWith("semaphore"))),
  },
];

describe("P12 bad options: nothing is sent, and the text says what there may be", () => {
  for (const { option, text, values, verbs = taking } of mistakes)
    it.each(Object.entries(verbs))(`%s with ${option} beyond ${text}`, async (_, call) => {
      for (const value of values)
        await expectMistake(() => call({ [option]: value }), text, inspect(value).slice(0, 40));
    });

  it("the complaint about waitMs names Infinity, the one value beyond its range", async () => {
    await expectMistake(() => locks.acquire("name", { waitMs: -1 }), /Infinity/);
  });

  // biome-ignore format: a list of words
  const misspelt = [
    "ttl", "TTLMs", "ttlms", "timeout", "timeoutMs", "wait", "lease", "leaseMs", "retries", "abortSignal", "maxHoldMs",
    "permits", "constructor",
  ];
  it.each(Object.entries(taking))("%s with a misspelt option", async (_, call) => {
    for (const key of misspelt)
      await expectMistake(
        () => call({ [key]: 1000 }),
        new RegExp(`unknown option "${key}".*ttlMs.*renew.*signal`),
        key,
      );
  });

  it.each(Object.entries(taking))("%s with something else in the place of options", async (_, call) => {
    for (const value of [5000, "5000", true, () => {}, Symbol("options")])
      await expectMistake(() => call(value as never), /options must be given as an object/, inspect(value));
  });

  it("tryAcquire refuses what only a wait can have", async () => {
    for (const option of ["waitMs", "maxWaiters", "maxRequests", "steal", "onPlace"])
      await expectMistake(
        () => locks.tryAcquire("name", { [option]: 5 }),
        new RegExp(`tryAcquire .*${option}`),
      );
  });
});

describe("P12 names", () => {
  const verbs: Record<string, (locks: Locks, name: string) => Promise<unknown>> = {
    acquire: (locks, name) => locks.acquire(name),
    tryAcquire: (locks, name) => locks.tryAcquire(name),
    request: (locks, name) => locks.request(name, work),
    acquireAll: (locks, name) => locks.acquireAll(["one", name]),
    inspect: (locks, name) => locks.inspect(name),
    forceRelease: (locks, name) => locks.forceRelease(name),
    // These two make no promise: they throw at once.
    readWrite: async (locks, name) => locks.readWrite(name),
    semaphore: async (locks, name) => locks.semaphore(name, { permits: 1 }),
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
  it.each(Object.entries(verbs))("%s refuses each that is none", async (_, call) => {
    for (const [what, name, text] of bad) await expectMistake(() => call(locks, name as string), text, what);
  });

  it("acquireAll refuses what is no list of 1 to 100 names", async () => {
    const many = Array.from({ length: 101 }, (_, i) => `name-${i}`);
    for (const names of [undefined, null, "name", [], {}, new Set(["name"]), many])
      await expectMistake(
        () => locks.acquireAll(names as string[]),
        /array of 1 to 100 names/,
        inspect(names),
      );
  });
});

describe("P12 what is passed in the wrong place", () => {
  it.each([
    ["no function", () => locks.request("name", {}, undefined as never)],
    ["nothing but a name", () => (locks.request as (name: string) => Promise<unknown>)("name")],
    ["something else than a function", () => locks.request("name", {}, "work" as never)],
    ["the function before the options", () => locks.request("name", (() => {}) as never, {} as never)],
  ])("request with %s", async (_, call) => {
    await expectMistake(call, /request needs a function/);
  });

  it.each([
    ["no options", undefined, /options must be given as an object/],
    ["a number", 3, /options must be given as an object/],
    ["no permits", {}, /needs the number of permits/],
    ["a misspelling", { permit: 3 }, /unknown semaphore option "permit".*permits/],
    ["no permit at all", { permits: 0 }, /permits .* 1 to 1000000/],
    ["half a permit", { permits: 1.5 }, /permits .* 1 to 1000000/],
    ["too many permits", { permits: 1_000_001 }, /permits .* 1 to 1000000/],
  ])("semaphore with %s", async (_, options, text) => {
    await expectMistake(async () => locks.semaphore("name", options as never), text);
  });

  it.each([
    ["a prefix that is no text", { prefix: 1 }, /prefix/],
    ["a prefix longer than a name", { prefix: "x".repeat(513) }, /prefix .* 512/],
    ["a cursor of somebody else", { cursor: "name" }, /cursor/],
    ["no limit", { limit: 0 }, /limit .* 1 to 1000/],
    ["a misspelling", { count: 5 }, /unknown list option "count".*limit/],
    ["a number", 5, /options must be given as an object/],
  ])("list with %s", async (_, options, text) => {
    await expectMistake(() => locks.list(options as never), text);
  });
});

describe("P12 an aborted signal", () => {
  it.each(Object.entries(taking))("%s rejects with its reason", async (_, call) => {
    const reason = { why: "the caller went away" };
    await expect(call({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
