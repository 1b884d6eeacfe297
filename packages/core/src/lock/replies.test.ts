import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HoldfastError } from "../errors.ts";
import type { Reply } from "../store/store.ts";
import {
  decodeAcquire,
  decodeAcquireAll,
  decodeConvert,
  decodeInspect,
  decodeNumbers,
  decodeTexts,
  decodeWhole,
} from "./replies.ts";

const whole = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const fence = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const durationMs = fc.integer({ min: 0, max: 86_400_000 });

/** What JSON can hold in the place of a number or a word of a reply, near misses first. */
const item = fc.oneof(
  whole,
  fc.constantFrom<Reply>(
    "granted",
    "queued",
    "held",
    "full",
    "ended",
    "converted",
    "refused",
    "lost",
    "mutex",
    "-",
    null,
    -1,
    0.5,
    2 ** 53,
    1e300,
    "5",
    [],
  ),
  fc.jsonValue() as fc.Arbitrary<Reply>,
);
const anyReply = fc.oneof(
  fc.array(item, { maxLength: 12 }),
  item,
  fc.tuple(item, fc.array(item)).map(([first, rest]) => [first, rest]),
);

/** Every number in what was decoded. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

const decoders: Record<string, (reply: Reply) => unknown> = {
  decodeAcquire,
  decodeAcquireAll: (reply) => decodeAcquireAll(reply, 2),
  decodeConvert,
  decodeInspect,
  decodeNumbers: (reply) => decodeNumbers(reply, 2),
  decodeTexts,
  decodeWhole: (reply) => decodeWhole(reply),
};

describe("replies that no script gives", () => {
  for (const [name, decode] of Object.entries(decoders))
    it(`${name} takes them for no answer, or reads only what is there`, () => {
      fc.assert(
        fc.property(anyReply, (reply) => {
          let meaning: unknown;
          try {
            meaning = decode(reply);
          } catch (error) {
            expect(error).toBeInstanceOf(HoldfastError);
            expect((error as HoldfastError).code).toBe("unavailable");
            return;
          }
          for (const number of numbersIn(meaning)) expect(Number.isSafeInteger(number)).toBe(true);
          expect(JSON.stringify(meaning)).not.toContain("null");
        }),
        { numRuns: 1000 },
      );
    });

  it("no error repeats the reply", () => {
    for (const decode of [decodeAcquire, decodeConvert, decodeInspect, decodeWhole])
      expect(() => decode(["secret-word"])).toThrow(/^(?!.*secret)/);
  });
});

describe("replies that scripts give", () => {
  it("a grant", () => {
    fc.assert(
      fc.property(fence, durationMs, whole, (given, remainingMs, serverNow) => {
        expect(decodeAcquire(["granted", given, remainingMs, "owner", serverNow])).toEqual({
          status: "granted",
          fence: given,
          remainingMs,
          owner: "owner",
          serverNow,
        });
      }),
    );
  });

  it("no grant has the number 0", () => {
    expect(() => decodeAcquire(["granted", 0, 1000, "owner", 1])).toThrow(HoldfastError);
  });

  it("no grant that lasts longer than any lease can", () => {
    expect(() => decodeAcquire(["granted", 1, 2e12, "owner", 1])).toThrow(HoldfastError);
  });

  it("a busy name, for those who wait and those who do not", () => {
    for (const status of ["held", "full", "queued"] as const)
      expect(decodeAcquire([status, 10, 20, 3, 40])).toEqual({
        status,
        freeInMs: 10,
        heldForMs: 20,
        place: 3,
        serverNow: 40,
      });
    expect(decodeAcquire(["ended"])).toEqual({ status: "ended" });
  });

  it("a grant of several names has a fence for each", () => {
    expect(decodeAcquireAll(["granted", 1000, "owner", 9, 5, 6], 2)).toEqual({
      status: "granted",
      remainingMs: 1000,
      owner: "owner",
      serverNow: 9,
      fences: [5, 6],
    });
    expect(() => decodeAcquireAll(["granted", 1000, "owner", 9, 5], 2)).toThrow(HoldfastError);
    expect(decodeAcquireAll(["held", 2, 10, 20, 30], 2)).toMatchObject({
      status: "held",
      blocked: 1,
      freeInMs: 10,
    });
  });

  it("one number for each lease, and not one more or less", () => {
    expect(decodeNumbers([5, 0], 2)).toEqual([5, 0]);
    for (const reply of [[5], [5, 0, 1], 5, null, "5,0"])
      expect(() => decodeNumbers(reply, 2)).toThrow(HoldfastError);
  });

  it("the state of a name, with rows of holders and waiters", () => {
    const seen = decodeInspect([
      "mutex",
      1,
      1,
      7,
      100,
      0,
      1,
      ["hash", 200, 7, 1, "exclusive", "-"],
      ["other", 50, 1, "exclusive", '{"a":1}'],
    ]);
    expect(seen.holders).toEqual([
      { hash: "hash", expiry: 200, fence: 7, weight: 1, mode: "exclusive", metadata: undefined },
    ]);
    expect(seen.waiters).toEqual([
      { hash: "other", since: 50, weight: 1, mode: "exclusive", metadata: { a: 1 } },
    ]);
    expect(() => decodeInspect(["mutex", 1, 1, 7, 100, 0, 1, ["hash", 200], []])).toThrow(HoldfastError);
  });

  it("metadata, and none where it is not ours", () => {
    for (const [text, value] of [
      ['{"job":1}', { job: 1 }],
      ['"a\\u0020b"', "a b"],
      ["null", null],
      ["-", undefined],
      ["{", undefined],
    ] as const) {
      const holder = ["hash", 200, 7, 1, "shared", text];
      expect(decodeInspect(["mutex", 1, 1, 7, 100, 0, 0, holder, []]).holders[0]?.metadata).toEqual(value);
    }
  });

  it("no state of a name that no lock has", () => {
    for (const [kind, mode] of [
      ["latch", "shared"],
      ["mutex", "both"],
      ["other", "shared"],
    ])
      expect(() =>
        decodeInspect([kind ?? "", 1, 1, 7, 100, 0, 0, ["hash", 200, 7, 1, mode ?? "", "-"], []]),
      ).toThrow(HoldfastError);
  });
});
