import { describe, expect, it } from "vitest";
import { compareQueues } from "./queue-change.ts";

const queue = (ops: string) => [...ops].map((op) => ({ op }));
const compared = (before: string, now: string) => {
  const { left, come, ahead, firstStayed } = compareQueues(queue(before), queue(now));
  const ops = (waiters: typeof left) => waiters.map(({ op }) => op).join("");
  return { left: ops(left), come: ops(come), ahead, firstStayed };
};

describe("what became of a queue", () => {
  it.each([
    ["nothing", "abc", "abc", { left: "", come: "", ahead: 0, firstStayed: 0 }],
    ["it stays empty", "", "", { left: "", come: "", ahead: 0, firstStayed: undefined }],
    ["the front goes", "abc", "bc", { left: "a", come: "", ahead: 0, firstStayed: 1 }],
    ["one in the middle goes", "abc", "ac", { left: "b", come: "", ahead: 0, firstStayed: 0 }],
    ["one comes", "ab", "abc", { left: "", come: "c", ahead: 0, firstStayed: 0 }],
    ["all go and others come", "ab", "cd", { left: "ab", come: "cd", ahead: 0, firstStayed: undefined }],
    ["one goes, one comes", "abc", "bcd", { left: "a", come: "d", ahead: 0, firstStayed: 1 }],
    ["one comes ahead of others", "abc", "axbc", { left: "", come: "x", ahead: 1, firstStayed: 0 }],
    ["the front goes to the end", "abc", "bca", { left: "a", come: "a", ahead: 0, firstStayed: 1 }],
    ["the end goes to the front", "abc", "cab", { left: "ab", come: "ab", ahead: 0, firstStayed: 2 }],
  ])("%s", (_, before, now, expected) => {
    expect(compared(before, now)).toEqual(expected);
  });
});
