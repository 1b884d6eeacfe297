import { setImmediate as nextTask } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ask, type Cases, exceptNode, hold, isFree, look } from "./subject.ts";

/** 2.4 Locks, 3.3 Lock: what the callback gets, and what becomes of what it gives. */
export const callbackCases: Cases = (subject) => {
  describe("the callback", () => {
    it("gets a lock with its name and mode", async () => {
      const name = subject.name();
      for (const mode of ["exclusive", "shared"] as const)
        await subject.manager().request(name, { mode }, (lock) => {
          expect(lock).toMatchObject({ name, mode });
          expect(Object.prototype.toString.call(lock)).toBe("[object Lock]");
        });
    });

    it("cannot change them", async () => {
      await subject.manager().request(subject.name(), (lock) => {
        for (const member of ["name", "mode"] as const)
          expect(() => Object.assign(lock as object, { [member]: "shared" })).toThrow(TypeError);
      });
    });

    it("gets nothing else, and no receiver", async () => {
      const seen: unknown[] = [];
      await subject.manager().request(subject.name(), function (this: unknown, ...args: unknown[]) {
        seen.push(this, args.length);
      });
      expect(seen).toEqual([undefined, 1]);
    });

    exceptNode(subject, "it is")("is not called within the call of request()", async () => {
      const order: string[] = [];
      const done = subject.manager().request(subject.name(), () => {
        order.push("callback");
      });
      order.push("request returned");
      await done;
      expect(order).toEqual(["request returned", "callback"]);
    });

    it("what it gives is what request() gives: a value, a promise's, a thenable's", async () => {
      const manager = subject.manager();
      const name = subject.name();
      expect(await manager.request(name, () => "value")).toBe("value");
      expect(await manager.request(name, () => undefined)).toBeUndefined();
      expect(await manager.request(name, async () => "promised")).toBe("promised");
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      const thenable = { then: (done: (value: string) => void) => done("then") };
      expect(await manager.request(name, () => thenable)).toBe("then");
    });

    it("what its promise rejects with is what request() rejects with", async () => {
      const manager = subject.manager();
      const name = subject.name();
      const error = new Error("from the callback");
      await expect(manager.request(name, () => Promise.reject(error))).rejects.toBe(error);
      await expect(manager.request(name, () => Promise.reject(undefined))).rejects.toBeUndefined();
      expect(await isFree(manager, name)).toBe(true);
    });

    it("what it throws is what request() rejects with", async () => {
      const error = new Error("from the callback");
      const throws = () => {
        throw error;
      };
      await expect(subject.manager().request(subject.name(), throws)).rejects.toBe(error);
    });

    exceptNode(subject, "it stays held for ever")("what it throws gives the lock back", async () => {
      const name = subject.name();
      const throws = () => {
        throw new Error("from the callback");
      };
      await expect(subject.manager().request(name, throws)).rejects.toThrow("from the callback");
      expect(await isFree(subject.manager(), name)).toBe(true);
    });
  });

  describe("a lock", () => {
    it("is held until what the callback returned has settled", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      expect(await isFree(subject.another(), name)).toBe(false);
      expect(await look(subject.another(), name)).toEqual({ held: ["exclusive"], pending: [] });
      held.release("released");
      expect(await held.done).toBe("released");
      expect(await isFree(subject.another(), name)).toBe(true);
      expect(await look(subject.another(), name)).toEqual({ held: [], pending: [] });
    });

    it("is given back when the promise rejects", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const error = new Error("the work failed");
      held.fail(error);
      await expect(held.done).rejects.toBe(error);
      expect(await isFree(subject.another(), name)).toBe(true);
    });

    it("request() does not settle before the lock is given back", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const next = ask(subject.another(), name);
      held.release();
      await held.done;
      expect((await look(subject.manager(), name)).held).toEqual(["exclusive"]);
      (await next.granted).release();
      await next.done;
    });

    it("of another name can be had meanwhile", async () => {
      const [one, two] = [subject.name(), subject.name()];
      const result = await subject.manager().request(one, () => subject.manager().request(two, () => "both"));
      expect(result).toBe("both");
    });

    it("is not handed on by the same client's asking again", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const again = ask(subject.manager(), name);
      await subject.manager().query();
      await nextTask();
      expect(again.called()).toBe(false);
      held.release();
      (await again.granted).release();
      await again.done;
    });
  });
};
