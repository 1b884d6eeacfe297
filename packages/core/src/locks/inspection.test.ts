import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import type { LockCommands } from "../lock/commands.ts";
import type { InspectReply } from "../lock/replies.ts";
import { inspection, list } from "./inspection.ts";
import { keysOf } from "./names.ts";

const SERVER = 1_800_000_000_000;
const LOCAL = 1_700_000_000_000;

const free: InspectReply = {
  kind: "mutex",
  capacity: 1,
  used: 0,
  fence: 7,
  serverNow: SERVER,
  closedUntil: 0,
  waiting: 0,
  holders: [],
  waiters: [],
};
const holder = {
  hash: "abc",
  expiry: SERVER + 5000,
  fence: (SERVER - 2000) * 1000,
  weight: 1,
  mode: "exclusive",
  metadata: "-",
};

describe("inspection", () => {
  it("says of a name that nobody uses that nothing is remembered", () => {
    expect(inspection("a", { ...free, kind: "unused", fence: 0 }, LOCAL)).toEqual({
      name: "a",
      kind: undefined,
      held: false,
      capacity: 1,
      used: 0,
      holders: [],
      waiters: [],
      waiting: 0,
      lastFence: 0,
    });
  });

  it("puts the server's moments on the local clock, however far apart the two are", () => {
    const reply = {
      ...free,
      used: 1,
      waiting: 1,
      holders: [holder],
      waiters: [{ since: SERVER - 500, weight: 1, mode: "exclusive", metadata: "-" }],
    };
    const seen = inspection("a", reply, LOCAL + 0.7);
    expect(seen.held).toBe(true);
    expect(seen.holders).toMatchObject([{ since: LOCAL - 2000, expiresAt: LOCAL + 5000 }]);
    expect(seen.waiters).toMatchObject([{ position: 1, since: LOCAL - 500 }]);
  });

  it("reads metadata, and shows none where it is not ours", () => {
    for (const [text, value] of [
      ['{"job":1}', { job: 1 }],
      ['"a\\u0020b"', "a b"],
      ["null", null],
      ["-", undefined],
      ["{", undefined],
    ] as const) {
      const reply = { ...free, used: 1, holders: [{ ...holder, metadata: text }] };
      expect(inspection("a", reply, LOCAL).holders[0]?.metadata).toEqual(value);
    }
  });
});

describe("list", () => {
  const commands = (pages: Record<string, [string, ...string[]]>) =>
    ({
      list: async (cursor: string) => pages[cursor] ?? ["0"],
      inspect: async (name: string) => {
        if (name === "foreign") throw new HoldfastError("kind-mismatch", "no");
        if (name === "broken") throw new HoldfastError("unavailable", "no");
        return name === "gone" ? { ...free, kind: "unused" } : free;
      },
    }) as unknown as LockCommands;
  const key = (name: string) => keysOf("app", name)[0] ?? "";

  it("gives the names of a page, once each, and where the next one begins", async () => {
    const pages = { "0": ["17", key("a b"), key("a b"), key("c")], "17": ["0"] } satisfies Record<
      string,
      [string, ...string[]]
    >;
    const first = await list(commands(pages), "app", systemClock);
    expect(first.locks.map(({ name }) => name)).toEqual(["a b", "c"]);
    expect(first.cursor).toBe("17");
    const last = await list(commands(pages), "app", systemClock, { cursor: "17" });
    expect(last).toEqual({ locks: [], cursor: undefined });
  });

  it("leaves out what is gone or somebody else's, and does not hide that the store is broken", async () => {
    const some = await list(
      commands({ "0": ["0", key("gone"), key("foreign"), key("a")] }),
      "app",
      systemClock,
    );
    expect(some.locks.map(({ name }) => name)).toEqual(["a"]);
    const broken = list(commands({ "0": ["0", key("a"), key("broken")] }), "app", systemClock);
    await expect(broken).rejects.toMatchObject({ code: "unavailable" });
  });
});
