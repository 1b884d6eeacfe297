import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { documented } from "../support/documented.ts";
import { onEveryEngine } from "../support/fixture.ts";

const [table = "", update = "", upsert = ""] = documented("fenced-writes.md", "SQL", "sql");

onEveryEngine("fenced writes: the SQL of the document", (f) => {
  /** A table, its two ways to write, and two holders of one lock: one that was paused, and the one after it. */
  async function scene() {
    const db = new DatabaseSync(":memory:");
    db.exec(table);
    const name = f.name();
    const paused = await f.client().locks.acquire(name);
    await f.client().locks.forceRelease(name);
    const next = await f.client().locks.acquire(name);
    const row = () => ({ ...db.prepare("SELECT state, fence FROM invoices").get() });
    return {
      upsert: db.prepare(upsert),
      update: db.prepare(update),
      paused: paused.fence,
      next: next.fence,
      row,
    };
  }

  it("writes with an equal or greater fence and refuses a smaller one", async () => {
    const { upsert, update, paused, next, row } = await scene();
    for (const [statement, state, fence, changes] of [
      [upsert, "inserted by the first", paused, 1],
      [update, "updated by the first", paused, 1],
      [upsert, "written by the next", next, 1],
      [update, "updated late", paused, 0],
      [upsert, "inserted late", paused, 0],
      [update, "updated by the next", next, 1],
      [upsert, "written again by the next", next, 1],
    ] as const) {
      expect(statement.run({ id: "42", state, fence }).changes, state).toBe(changes);
      if (changes) expect(row()).toEqual({ state, fence });
    }
    expect(row()).toEqual({ state: "written again by the next", fence: next });
  });

  it("refuses a row that the next holder made, though the first one never wrote", async () => {
    const { upsert, paused, next, row } = await scene();
    upsert.run({ id: "42", state: "new", fence: next });
    expect(upsert.run({ id: "42", state: "late", fence: paused }).changes).toBe(0);
    expect(row()).toEqual({ state: "new", fence: next });
  });
});
