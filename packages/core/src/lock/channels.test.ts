import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { token } from "../locks/claim.ts";
import { isChannel, latchChannel, latchNameOf, wakeUpChannel } from "./channels.ts";

const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 512 })
  .filter(({ length }) => length <= 512);

describe("channels", () => {
  it("a latch's tells its name, and is plain", () => {
    fc.assert(
      fc.property(fc.oneof(name, fc.constantFrom("\ud800", "_", "_0041", "a:b", "latch:a")), (one) => {
        const channel = latchChannel(one);
        expect(channel).toMatch(/^latch:[\w-]+$/);
        expect(latchNameOf(channel)).toBe(one);
        expect(isChannel(channel)).toBe(true);
      }),
    );
  });

  it("a wait's is one, and no latch's", () => {
    const channel = wakeUpChannel(token(systemClock));
    expect(isChannel(channel)).toBe(true);
    expect(latchNameOf(channel)).toBeUndefined();
  });

  it("nothing else is one: no other spelling of a name, no pattern, no other key, nothing that is no text", () => {
    const short = `wake:${"a".repeat(21)}`;
    for (const other of [
      "",
      "latch:",
      "latch:_0061",
      "latch:_00E9",
      "latch:a b",
      "latch:a:b",
      "latch:*",
      `latch:${"a".repeat(513)}`,
      short,
      `${short}aa`,
      `${short}*`,
      `${short}\n`,
      `ns:${short}a`,
      "other:a",
      undefined,
      null,
      7,
      ["latch:a"],
    ])
      expect(isChannel(other), String(other)).toBe(false);
  });
});
