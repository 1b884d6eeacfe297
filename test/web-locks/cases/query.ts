import { describe, expect, it } from "vitest";
import { ask, type Cases, hold, look } from "./subject.ts";

/** 3.2.2 query(), 4.6 Snapshot the lock state. */
export const queryCases: Cases = (subject) => {
  describe("query()", () => {
    it("shows name, mode and client of what is held and of what is pending, and nothing else", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name, { mode: "shared" });
      const waiting = ask(subject.manager(), name);
      const snapshot = await subject.manager().query();
      expect(Object.keys(snapshot).sort()).toEqual(["held", "pending"]);
      const infos = [...(snapshot.held ?? []), ...(snapshot.pending ?? [])].filter(
        (info) => info.name === name,
      );
      expect(infos).toEqual([
        { name, mode: "shared", clientId: expect.any(String) },
        { name, mode: "exclusive", clientId: infos[0]?.clientId },
      ]);
      held.release();
      (await waiting.granted).release();
      await waiting.done;
    });

    it("shows the pending requests of a name in the order in which they were made", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const modes = [
        "exclusive",
        "shared",
        "shared",
        "exclusive",
        "shared",
        "exclusive",
        "exclusive",
      ] as const;
      const asked = modes.map((mode) => ask(subject.another(), name, { mode }));
      expect((await look(subject.another(), name)).pending).toEqual(modes);
      held.release();
      for (const { granted } of asked) (await granted).release();
      await Promise.all(asked.map(({ done }) => done));
    });

    it("shows what was asked for just before, held or pending", async () => {
      const name = subject.name();
      const first = ask(subject.manager(), name);
      const alone = look(subject.manager(), name);
      const second = ask(subject.manager(), name, { mode: "shared" });
      const together = look(subject.manager(), name);
      expect(await alone).toEqual({ held: ["exclusive"], pending: [] });
      expect(await together).toEqual({ held: ["exclusive"], pending: ["shared"] });
      (await first.granted).release();
      (await second.granted).release();
      await second.done;
    });

    it("shows the next holder as soon as request() has settled", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const next = ask(subject.another(), name, { mode: "shared" });
      await subject.another().query();
      held.release();
      await held.done;
      expect(await look(subject.manager(), name)).toEqual({ held: ["shared"], pending: [] });
      (await next.granted).release();
      await next.done;
    });

    it("shows the next holder as soon as the callback's promise has settled", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const next = ask(subject.manager(), name, { mode: "shared" });
      await subject.manager().query();
      held.release();
      await held.until;
      expect(await look(subject.manager(), name)).toEqual({ held: ["shared"], pending: [] });
      (await next.granted).release();
      await next.done;
    });

    it("shows a thief as soon as it has stolen, and nothing of an aborted request", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name, { mode: "shared" });
      const thief = ask(subject.manager(), name, { steal: true });
      expect(await look(subject.manager(), name)).toEqual({ held: ["exclusive"], pending: [] });
      await expect(held.done).rejects.toMatchObject({ name: "AbortError" });
      (await thief.granted).release();
      await thief.done;
    });

    it("of nothing is empty lists", async () => {
      const { held, pending } = await subject.manager().query();
      expect(Array.isArray(held) && Array.isArray(pending)).toBe(true);
    });
  });
};
