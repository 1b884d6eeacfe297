import { describe, expect, it } from "vitest";
import { type Asked, ask, type Cases, hold, look } from "./subject.ts";

/** 2.3 Modes and scheduling, 4.5 Process the lock request queue. */
export const schedulingCases: Cases = (subject) => {
  const both = () => [subject.manager(), subject.another()] as const;

  describe("scheduling", () => {
    it("grants exclusive locks one at a time, in the order in which they were asked for", async () => {
      const name = subject.name();
      const first = await hold(subject.manager(), name);
      const order: number[] = [];
      const asked: Asked[] = [];
      for (let i = 0; i < 6; i++) {
        const manager = both()[i % 2] as LockManager;
        const one = ask(manager, name);
        asked.push(one);
        void one.granted.then(({ release }) => {
          order.push(i);
          release();
        });
        // The clients ask one after the other: a client's query comes after what it asked before.
        await manager.query();
      }
      expect((await look(subject.another(), name)).pending).toHaveLength(6);
      first.release();
      await Promise.all(asked.map(({ done }) => done));
      expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it("grants shared locks together", async () => {
      const name = subject.name();
      const mode = "shared";
      const held = [];
      for (const manager of [...both(), subject.manager()]) held.push(await hold(manager, name, { mode }));
      expect(await look(subject.manager(), name)).toEqual({ held: [mode, mode, mode], pending: [] });
      for (const { release, done } of held) {
        release();
        await done;
      }
    });

    it("an exclusive lock waits for every shared one, and the shared ones behind it for it", async () => {
      const name = subject.name();
      const [one, other] = both();
      const readers = [
        await hold(one, name, { mode: "shared" }),
        await hold(other, name, { mode: "shared" }),
      ];
      const writer = ask(one, name);
      await one.query();
      const late = [ask(other, name, { mode: "shared" }), ask(other, name, { mode: "shared" })];
      await other.query();
      expect(await look(one, name)).toEqual({
        held: ["shared", "shared"],
        pending: ["exclusive", "shared", "shared"],
      });
      readers[0]?.release();
      await readers[0]?.done;
      expect((await look(one, name)).held).toEqual(["shared"]);
      readers[1]?.release();
      const writing = await writer.granted;
      expect(await look(one, name)).toEqual({ held: ["exclusive"], pending: ["shared", "shared"] });
      writing.release();
      const reading = await Promise.all(late.map(({ granted }) => granted));
      expect(await look(one, name)).toEqual({ held: ["shared", "shared"], pending: [] });
      for (const { release } of reading) release();
      await Promise.all(late.map(({ done }) => done));
    });

    it("shared locks that wait on either side of an exclusive one are not granted together", async () => {
      const name = subject.name();
      const first = await hold(subject.manager(), name);
      const modes = ["shared", "exclusive", "shared"] as const;
      const asked = modes.map((mode) => ask(subject.another(), name, { mode }));
      await subject.another().query();
      first.release();
      await asked[0]?.granted;
      expect(await look(subject.manager(), name)).toEqual({
        held: ["shared"],
        pending: ["exclusive", "shared"],
      });
      for (const { granted } of asked) (await granted).release();
      await Promise.all(asked.map(({ done }) => done));
    });

    it("locks of different names know nothing of each other", async () => {
      const names = [subject.name(), subject.name(), subject.name()];
      const held = await Promise.all(names.map((name) => hold(subject.manager(), name)));
      for (const { release, done } of held) {
        release();
        await done;
      }
    });
  });
};
