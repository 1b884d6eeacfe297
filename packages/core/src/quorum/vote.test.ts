import { describe, expect, it } from "vitest";
import type { Reply } from "../store/store.ts";
import { voteOf } from "./vote.ts";

describe("what a node says", () => {
  it.each<[string, Reply, object]>([
    [
      "a vote",
      ["e", "granted", 1000, "o", 5, 7, 8],
      { vote: "yes", owner: "o", remainingMs: 1000, fences: [7, 8] },
    ],
    ["a no", ["e", "held", 2, 30, 40, 5], { vote: "no", blocked: 2, freeInMs: 30, heldForMs: 40 }],
    ["a wait", ["e", "barred", 60_000], { vote: "barred", forMs: 60_000 }],
    ["an end", ["e", "ended"], { vote: "ended" }],
    ["another kind", ["kind", "semaphore", 3], { vote: "kind" }],
  ])("is %s", (_, reply, vote) => {
    expect(voteOf({ reply }, 2)).toMatchObject(vote);
  });

  it.each<[string, Reply]>([
    ["without fences", ["e", "granted", 1000, "o", 5]],
    ["with a fence too few", ["e", "granted", 1000, "o", 5, 7]],
    ["with a fence of a clock that is mad", ["e", "granted", 1000, "o", 5, 7, Number.MAX_SAFE_INTEGER]],
    ["with a name too many", ["e", "held", 3, 30, 40, 5]],
    ["cut short", ["e", "held", 1]],
    ["of another script", ["queued", 1, 1, 1, 1]],
    ["that is none", null],
  ])("is no answer %s", (_, reply) => {
    expect(voteOf({ reply }, 2)).toMatchObject({ vote: "silent", error: { code: "unavailable" } });
  });
});
