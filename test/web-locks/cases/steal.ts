import { describe, expect, it } from "vitest";
import { ask, type Cases, hold, isFree, look } from "./subject.ts";

/** 4.1 Request a lock, with steal. */
export const stealCases: Cases = (subject) => {
  const steal = true;
  const abortError = { name: "AbortError", constructor: DOMException };

  describe("steal", () => {
    it("takes a lock that is free", async () => {
      const name = subject.name();
      expect(await subject.manager().request(name, { steal }, (lock) => lock?.mode)).toBe("exclusive");
      expect(await isFree(subject.manager(), name)).toBe(true);
    });

    it("takes a lock that is held; the holder's request rejects with an AbortError", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const thief = await hold(subject.manager(), name, { steal });
      await expect(held.done).rejects.toMatchObject(abortError);
      expect((await look(subject.manager(), name)).held).toEqual(["exclusive"]);
      thief.release("stolen goods");
      expect(await thief.done).toBe("stolen goods");
    });

    it("what becomes of the robbed callback counts for nothing, and releases nothing", async () => {
      for (const end of ["release", "fail"] as const) {
        const name = subject.name();
        const held = await hold(subject.manager(), name);
        const thief = await hold(subject.manager(), name, { steal });
        held[end](new Error("too late"));
        await expect(held.done).rejects.toMatchObject(abortError);
        expect(await isFree(subject.manager(), name)).toBe(false);
        thief.release();
        await thief.done;
        expect(await isFree(subject.manager(), name)).toBe(true);
      }
    });

    it("takes every shared lock", async () => {
      const name = subject.name();
      const readers = [];
      for (let i = 0; i < 3; i++) readers.push(await hold(subject.manager(), name, { mode: "shared" }));
      const thief = await hold(subject.manager(), name, { steal });
      for (const { done } of readers) await expect(done).rejects.toMatchObject(abortError);
      expect((await look(subject.manager(), name)).held).toEqual(["exclusive"]);
      thief.release();
      await thief.done;
    });

    it("goes before those who wait, and they go on waiting", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const waiting = [ask(subject.manager(), name)];
      await subject.manager().query();
      waiting.push(ask(subject.another(), name, { mode: "shared" }));
      await subject.another().query();
      const thief = await hold(subject.manager(), name, { steal });
      await expect(held.done).rejects.toMatchObject(abortError);
      expect(await look(subject.manager(), name)).toMatchObject({ held: ["exclusive"] });
      expect((await look(subject.manager(), name)).pending).toHaveLength(2);
      thief.release();
      await thief.done;
      for (const { granted, done } of waiting) {
        (await granted).release("in turn");
        expect(await done).toBe("in turn");
      }
    });

    it("can be done to a thief", async () => {
      const name = subject.name();
      const first = await hold(subject.manager(), name, { steal });
      const second = await hold(subject.manager(), name, { steal });
      await expect(first.done).rejects.toMatchObject(abortError);
      second.release();
      expect(await second.done).toBeUndefined();
    });

    it("leaves locks of other names alone", async () => {
      const [name, other] = [subject.name(), subject.name()];
      const held = await hold(subject.manager(), other);
      await subject.manager().request(name, { steal }, () => {});
      held.release("untouched");
      expect(await held.done).toBe("untouched");
    });
  });
};
