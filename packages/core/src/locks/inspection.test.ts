import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import type { LockCommands, NamePage, NameQuery } from "../lock/commands.ts";
import type { InspectReply } from "../lock/replies.ts";
import { inspection, list } from "./inspection.ts";

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
const holder: InspectReply["holders"][number] = {
  hash: "abc",
  expiry: SERVER + 5000,
  fence: (SERVER - 2000) * 1000,
  weight: 1,
  mode: "exclusive",
  metadata: { job: 1 },
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
    const reply: InspectReply = {
      ...free,
      used: 1,
      waiting: 1,
      holders: [holder],
      waiters: [{ hash: "def", since: SERVER - 500, weight: 1, mode: "exclusive", metadata: undefined }],
    };
    const seen = inspection("a", reply, LOCAL + 0.7);
    expect(seen.held).toBe(true);
    expect(seen.holders).toMatchObject([{ hash: "abc", since: LOCAL - 2000, expiresAt: LOCAL + 5000 }]);
    expect(seen.waiters).toMatchObject([{ hash: "def", position: 1, since: LOCAL - 500 }]);
  });
});

describe("list", () => {
  const commands = (pages: Record<string, NamePage>) =>
    ({
      list: async ({ cursor }: NameQuery) => pages[cursor] ?? { names: [], cursor: "0" },
      inspect: async (name: string) => {
        if (name === "foreign") throw new HoldfastError("kind-mismatch", "no");
        if (name === "broken") throw new HoldfastError("unavailable", "no");
        return name === "gone" ? { ...free, kind: "unused" } : free;
      },
    }) as unknown as LockCommands;

  it("gives the names of a page, and where the next one begins", async () => {
    const pages = { "0": { names: ["a b", "c"], cursor: "17" } };
    const first = await list(commands(pages), systemClock);
    expect(first.locks.map(({ name }) => name)).toEqual(["a b", "c"]);
    expect(first.cursor).toBe("17");
    const last = await list(commands(pages), systemClock, { cursor: "17" });
    expect(last).toEqual({ locks: [], cursor: undefined });
  });

  it("leaves out what is gone or somebody else's, and does not hide that the store is broken", async () => {
    const of = (...names: string[]) => list(commands({ "0": { names, cursor: "0" } }), systemClock);
    const some = await of("gone", "foreign", "a");
    expect(some.locks.map(({ name }) => name)).toEqual(["a"]);
    const broken = of("a", "broken");
    await expect(broken).rejects.toMatchObject({ code: "unavailable" });
  });
});
