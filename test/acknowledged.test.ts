import type { Reply, Script } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import * as core from "../packages/core/src/lock/scripts.generated.ts";
import * as cron from "../packages/cron/src/scripts.generated.ts";

const scripts: Script[] = [...Object.values(core), ...Object.values(cron)];
const granted: Reply = ["granted", 1, 1, "owner", 1];

/** For each script: what promises something, and what does not. */
const RULES: Record<string, { last: [Reply, string[]][]; not: [Reply, string[]][] }> = {
  acquire: {
    last: [[granted, ["mutex"]]],
    not: [
      [["held", 1, 1, 1, 1], []],
      [["queued", 1, 1, 1, 1], []],
      [["full", 1, 1, 1, 1], []],
      [["ended"], []],
      [["kind", "semaphore", 2], []],
    ],
  },
  "acquire-all": { last: [[["granted", 1, "owner", 1, 1, 1], []]], not: [[["held", 1, 1, 1, 1], []]] },
  extend: {
    last: [
      [[1], []],
      [[0, 5], []],
    ],
    not: [
      [[0, 0], []],
      [[], []],
    ],
  },
  convert: {
    last: [[["converted", 1, 1], []]],
    not: [
      [["refused"], []],
      [["lost"], []],
    ],
  },
  guard: {
    last: [
      [7, ["7", "writer"]],
      [["found", null], ["7"]],
    ],
    not: [
      [8, ["7"]],
      [["kind"], ["7"]],
    ],
  },
  resize: {
    last: [[3, ["semaphore", "3"]]],
    not: [
      [
        ["kind", "mutex", 1],
        ["semaphore", "3"],
      ],
    ],
  },
  latch: {
    last: [
      [0, ["2", "1000", "attempt"]],
      [1, ["2", "1000", "attempt"]],
    ],
    not: [
      [0, ["2", "1000", ""]],
      [
        ["kind", "mutex", 1],
        ["2", "1000", "attempt"],
      ],
    ],
  },
  vote: {
    last: [[["epoch", "granted", 1, "owner", 1, 1], []]],
    not: [
      [["epoch", "held", 1, 1, 1, 1], []],
      [["epoch", "barred", 1], []],
      [["epoch", "ended"], []],
    ],
  },
  raise: { last: [[1, []]], not: [[0, []]] },
  begin: { last: [[["began", 1, 1, ""], []]], not: [[["running", 1, 1], []]] },
  finish: {
    last: [
      [
        ["recorded", 1],
        ["1", "1", "succeeded"],
      ],
      [
        ["recorded", 1],
        ["1", "1", "failed"],
      ],
    ],
    not: [
      [
        ["recorded", 1],
        ["1", "1", "withdrawn"],
      ],
      [
        ["stale", 1],
        ["1", "1", "succeeded"],
      ],
    ],
  },
};
const NO_PROMISE =
  "admit force-release history inspect jobs list look membership release survey take-back unvote".split(" ");

describe("what has to be acknowledged", () => {
  it("is decided for every script", () => {
    const asking = scripts.filter(({ acknowledged }) => acknowledged).map(({ name }) => name);
    expect(asking.sort()).toEqual(Object.keys(RULES).sort());
    const others = scripts.filter(({ acknowledged }) => !acknowledged).map(({ name }) => name);
    expect(others.sort()).toEqual(NO_PROMISE);
  });

  describe.each(scripts.filter(({ name }) => name in RULES))("$name", ({ name, acknowledged }) => {
    const { last = [], not = [] } = RULES[name] ?? {};
    it.each(last)("%j to %j has to last", (reply, args) => expect(acknowledged?.(reply, args)).toBe(true));
    it.each(not)("%j to %j has not", (reply, args) => expect(acknowledged?.(reply, args)).toBe(false));
    it.each([null, "granted", "OK", -1, [[]], [null]] as Reply[])("%j is no promise", (reply) => {
      if (name !== "latch") expect(acknowledged?.(reply, ["1"])).toBe(false);
    });
  });
});
