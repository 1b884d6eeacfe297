import { restStore } from "@holdfast/core";
import {
  type BeginAsk,
  type CronRunOptions,
  createCron,
  createCronOver,
  createOnce,
  createOnceOver,
  type FinishAsk,
  type OnceOptions,
  storeCommands,
} from "@holdfast/cron";
import { describe, expect, it } from "vitest";
import { expectMistake, expectThrownMistake, forbiddenFetch } from "../support/unsent.ts";

// P12: a mistake fails before any request leaves, and its text says what is wrong.

const network = forbiddenFetch();
const store = restStore({ url: "http://127.0.0.1:1", token: "token", fetch: network.fetch });
const cron = createCron({ store });
const once = createOnce({ store });
const NIGHT = "2026-11-21T02:00:00Z";

const unsent = () => expect(network.requests).toHaveLength(0);

describe("cron.run", () => {
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["no job", { job: "" }, /^job must be a string of 1 to 256/],
    ["a long job", { job: "x".repeat(257) }, /^job must be/],
    ["no occurrence", { occurrence: undefined }, /needs an occurrence, or a schedule/],
    ["an empty occurrence", { occurrence: "" }, /^occurrence must be a Date, an ISO time, or an id/],
    ["an occurrence with a line break", { occurrence: "a\nb" }, /^occurrence must be/],
    ["a number as occurrence", { occurrence: 5 }, /^occurrence must be/],
    ["an invalid Date", { occurrence: new Date(Number.NaN) }, /^occurrence must be a valid Date/],
    ["no such day", { occurrence: "2026-13-41T02:00:00Z" }, /looks like an ISO time and is none/],
    [
      "the far future",
      { occurrence: new Date(Date.now() + 86_400_000) },
      /is in the future by this machine's clock/,
    ],
    ["a bad minute", { schedule: "61 * * * *" }, /its field for the minute, "61", is out of range/],
    ["a bad hour", { schedule: "0 25 * * *" }, /field for the hour, "25"/],
    ["a bad day", { schedule: "0 0 32 * *" }, /field for the day of month, "32"/],
    ["a bad month", { schedule: "0 0 * 13 *" }, /field for the month, "13"/],
    ["a bad weekday", { schedule: "0 0 * * 9" }, /field for the day of week, "9"/],
    ["a bad second", { schedule: "99 0 0 * * *" }, /field for the second, "99"/],
    ["a word", { schedule: "0 noon * * *" }, /field for the hour, "noon"/],
    ["four fields", { schedule: "0 0 * *" }, /it has 4 fields, not 5, or 6 with seconds/],
    ["seven fields", { schedule: "0 0 0 * * * 2026" }, /it has 7 fields/],
    ["an unknown nickname", { schedule: "@sometimes" }, /"@sometimes" is no nickname/],
    ["a day that never comes", { schedule: "0 0 30 2 *" }, /names no moment/],
    ["no expression", { schedule: 5 }, /^schedule must be a cron expression/],
    [
      "a bad zone",
      { schedule: "0 2 * * *", timeZone: "Mars/Olympus" },
      /^timeZone must be a zone of the IANA/,
    ],
    ["a zone of nothing", { timeZone: "Europe/Berlin" }, /^timeZone is the zone of a schedule/],
    [
      "at least over at most",
      { lockAtMostForMs: 1000, lockAtLeastForMs: 1001 },
      /^lockAtLeastForMs .* from 0 to 1000 .*at most lockAtMostForMs/,
    ],
    ["at most over a day", { lockAtMostForMs: 86_400_001 }, /^lockAtMostForMs must be/],
    ["fractions", { lockAtMostForMs: 1000.5 }, /^lockAtMostForMs must be a whole number of milliseconds/],
    ["a lease over at most", { lockAtMostForMs: 1000, ttlMs: 1001 }, /^ttlMs/],
    ["no attempts", { attempts: 0 }, /^attempts must be a whole number from 1/],
    ["a short memory", { keepForMs: 1 }, /^keepForMs must be/],
    ["an endless wait", { waitMs: Number.POSITIVE_INFINITY }, /^waitMs must be/],
    ["a bad policy", { overlap: "sometimes" }, /^overlap must be "skip" or "queue" or "allow"/],
    ["another bad policy", { whenRunning: "queue" }, /^whenRunning must be "skip" or "wait"/],
    ["a misspelling", { lockAtMost: 5 }, /unknown cron.run option "lockAtMost"/],
    ["a bad backoff", { backoff: { firstMs: -1 } }, /^backoff.firstMs/],
    ["a shrinking backoff", { backoff: { firstMs: 1, factor: 0.5 } }, /^backoff.factor/],
    ["onMissed without a schedule", { onMissed: () => {} }, /^onMissed needs a schedule/],
    ["no function as onMissed", { schedule: "* * * * *", onMissed: 1 }, /^onMissed must be a function/],
    ["metadata that is no JSON", { metadata: 1n }, /^metadata must be a value/],
    ["long metadata", { metadata: "x".repeat(1023) }, /^metadata has at most 1024/],
    ["no signal", { signal: {} }, /^signal must be an AbortSignal/],
    ["a result without a limit", { maxResultLength: 2_000_000 }, /^maxResultLength/],
    ["a bad flag", { throwOnFailure: "no" }, /^throwOnFailure must be true or false/],
  ];
  it.each(cases)("%s", async (what, wrong, text) => {
    const options = { job: "nightly", occurrence: NIGHT, ...wrong } as unknown as CronRunOptions;
    await expectMistake(() => cron.run(options, () => 1), text, what);
    unsent();
  });

  it("no function, no options", async () => {
    await expectMistake(
      () => cron.run({ job: "a", occurrence: NIGHT }, undefined as never),
      /needs a function/,
    );
    await expectMistake(() => cron.run(undefined as never, () => 1), /must be given as an object/);
    unsent();
  });
});

describe("the rest of cron", () => {
  it("checks what it is asked", async () => {
    await expectMistake(() => cron.history("", {}), /^job must be/);
    await expectMistake(() => cron.history("a", { limit: 201 }), /^limit must be/);
    await expectMistake(() => cron.status({ cursor: "x y" }), /^cursor must be/);
    await expectMistake(() => cron.look("a", ""), /^occurrence must be/);
    const missed = (options: object) =>
      cron.missed("a", { schedule: "* * * * *", since: new Date(0), ...options });
    await expectMistake(() => missed({}), /since is too long ago: more than 1000/);
    await expectMistake(() => missed({ since: "yesterday" }), /^since must be a valid Date/);
    await expectMistake(() => missed({ schedule: "nope" }), /^schedule cannot be read/);
    unsent();
  });

  it("makers check their options", () => {
    for (const make of [createCron, createOnce]) {
      expectThrownMistake(() => make({} as never), /needs a store/);
      expectThrownMistake(
        () => make({ store, nmespace: "x" } as never),
        /unknown create(Cron|Once) option "nmespace"/,
      );
      expectThrownMistake(() => make({ store, namespace: "a b" }), /^namespace must be/);
      expectThrownMistake(() => make({ store, host: "" }), /^host must be/);
      expectThrownMistake(() => make({ store, onEvent: 1 as never }), /^onEvent must be a function/);
      expectThrownMistake(() => make({ store, clock: {} as never }), /^clock must have/);
    }
    for (const make of [createCronOver, createOnceOver]) {
      expectThrownMistake(() => make({ commands: storeCommands(store) } as never), /a backend needs locks/);
      expectThrownMistake(() => make({} as never, { store } as never), /unknown .* option "store"/);
    }
    expectThrownMistake(() => storeCommands({} as never), /needs a store/);
    unsent();
  });
});

describe("once", () => {
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["a short memory", { keepForMs: 999 }, /^keepForMs/],
    ["a misspelling", { ttl: 5 }, /unknown once option "ttl"/],
    ["a lease over at most", { lockAtMostForMs: 1000, ttlMs: 1001 }, /^ttlMs/],
    ["an empty fingerprint", { fingerprint: "" }, /^fingerprint must be/],
    ["a negative wait", { waitMs: -1 }, /^waitMs/],
  ];
  it.each(cases)("%s", async (what, wrong, text) => {
    await expectMistake(() => once("key", () => 1, wrong as OnceOptions), text, what);
    unsent();
  });

  it("no key, no function", async () => {
    await expectMistake(() => once("", () => 1), /^key must be/);
    await expectMistake(() => once("x".repeat(401), () => 1), /^key must be/);
    await expectMistake(() => once("key", 1 as never), /needs a function/);
    unsent();
  });
});

it.each([
  ["nothing", null],
  ["an empty list", []],
  ["another reply", ["granted", 1]],
  ["numbers that are none", ["began", "soon", 1, ""]],
  ["too few", ["succeeded", 1]],
])("a store that answers %s is unavailable", async (_, reply) => {
  const commands = storeCommands({ run: async () => reply });
  const task = { job: "a", occurrence: "b" };
  for (const call of [
    () => commands.begin({ task, ends: {} } as BeginAsk, {}),
    () => commands.finish({ task } as FinishAsk, {}),
    () => commands.look({ tasks: [task], results: true }, {}),
    () => commands.history({ job: "a", limit: 1 }, {}),
  ])
    await expect(call()).rejects.toMatchObject({ code: "unavailable" });
});
