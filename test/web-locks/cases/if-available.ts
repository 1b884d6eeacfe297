import { describe, expect, it } from "vitest";
import { ask, type Cases, hold, isFree, look } from "./subject.ts";

/** 4.1 Request a lock, with ifAvailable. */
export const ifAvailableCases: Cases = (subject) => {
  const ifAvailable = true;

  describe("ifAvailable", () => {
    it("gives a free lock, and gives it back", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name, { ifAvailable });
      expect(held.lock).toMatchObject({ name, mode: "exclusive" });
      expect((await look(subject.another(), name)).held).toEqual(["exclusive"]);
      held.release("value");
      expect(await held.done).toBe("value");
      expect(await isFree(subject.another(), name)).toBe(true);
    });

    it("gives null when the lock is held, and then what the callback makes of it", async () => {
      const name = subject.name();
      for (const holder of [subject.manager(), subject.another()]) {
        const held = await hold(holder, name);
        const request = (callback: (lock: Lock | null) => unknown) =>
          subject.manager().request(name, { ifAvailable }, callback);
        expect(await request((lock) => lock)).toBeNull();
        expect(await request(async (lock) => `${lock}`)).toBe("null");
        const error = new Error("from the callback");
        await expect(request(() => Promise.reject(error))).rejects.toBe(error);
        const throws = () => {
          throw error;
        };
        await expect(request(throws)).rejects.toBe(error);
        held.release();
        await held.done;
      }
    });

    it("gives a shared lock beside others, and not beside an exclusive one", async () => {
      const name = subject.name();
      const reader = await hold(subject.manager(), name, { mode: "shared" });
      expect(await isFree(subject.another(), name, "shared")).toBe(true);
      expect(await isFree(subject.another(), name, "exclusive")).toBe(false);
      reader.release();
      await reader.done;
      const writer = await hold(subject.manager(), name);
      expect(await isFree(subject.another(), name, "shared")).toBe(false);
      writer.release();
      await writer.done;
    });

    it("passes nobody who waits", async () => {
      const name = subject.name();
      const reader = await hold(subject.manager(), name, { mode: "shared" });
      const writer = ask(subject.another(), name);
      await subject.another().query();
      expect(await isFree(subject.manager(), name, "shared")).toBe(false);
      reader.release();
      (await writer.granted).release();
      await writer.done;
    });

    it("does not wait: who was given null has no place in the queue", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      let calls = 0;
      await subject.another().request(name, { ifAvailable }, () => {
        calls++;
      });
      expect((await look(subject.another(), name)).pending).toEqual([]);
      held.release();
      await held.done;
      expect(await isFree(subject.another(), name)).toBe(true);
      expect(calls).toBe(1);
    });

    it("who was given null holds up nobody, however long it takes", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const { promise, resolve } = Promise.withResolvers<string>();
      const unavailable = subject.another().request(name, { ifAvailable }, () => promise);
      held.release();
      await held.done;
      expect(await subject.another().request(name, () => "granted")).toBe("granted");
      resolve("at last");
      expect(await unavailable).toBe("at last");
    });

    it("sees what the same client asked for just before", async () => {
      const name = subject.name();
      const held = ask(subject.manager(), name);
      expect(await isFree(subject.manager(), name)).toBe(false);
      (await held.granted).release();
      expect(await held.done.then(() => isFree(subject.manager(), name))).toBe(true);
    });
  });
};
