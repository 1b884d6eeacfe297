import { describe, expect, it } from "vitest";
import { type Cases, hold, isFree } from "./subject.ts";

/** Names that look alike, are treacherous as keys, or are no text. */
const NAMES = [
  "",
  " ",
  "\0",
  "\n",
  "a",
  "A",
  "\u00e9",
  "e\u0301",
  "\u{1f512}",
  "\ufffd",
  "__proto__",
  "constructor",
  "{a}",
  "a*",
  "%0000",
  "a-b",
  "x".repeat(512),
];
const HALVES = ["\ud800", "\udc00", "\udc00\ud800", "a\ud83d"];

/** 2.1 Resource names. */
export const nameCases: Cases = (subject) => {
  async function allAtOnce(names: readonly string[]): Promise<void> {
    const held = [];
    for (const name of names) {
      const one = await hold(subject.manager(), name);
      expect(one.lock.name).toBe(name);
      held.push(one);
    }
    const seen = (await subject.another().query()).held?.map(({ name }) => name);
    for (const name of names) expect(seen).toContain(name);
    for (const name of names) expect(await isFree(subject.another(), name)).toBe(false);
    for (const { release, done } of held) {
      release();
      await done;
    }
  }

  describe("names", () => {
    it("are compared unit by unit, and come back as they were given", () => allAtOnce(NAMES));

    it("may be halves of characters", () => allAtOnce(HALVES));
  });
};
