import { setImmediate as nextTask } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ask, type Cases, exceptNode, hold, isFree, look } from "./subject.ts";

/** 4.3 Abort a request. */
export const signalCases: Cases = (subject) => {
  const abortError = { name: "AbortError", constructor: DOMException };

  describe("signal", () => {
    it("ends the wait: the request rejects with the signal's reason, and its callback is never called", async () => {
      const name = subject.name();
      for (const reason of [new Error("enough"), "a text", null]) {
        const held = await hold(subject.manager(), name);
        const stop = new AbortController();
        const waiting = ask(subject.another(), name, { signal: stop.signal });
        await subject.another().query();
        stop.abort(reason);
        await waiting.done.then(
          () => expect.fail("was granted"),
          (error) => expect(error).toBe(reason ?? error),
        );
        held.release();
        await held.done;
        await nextTask();
        expect(await isFree(subject.another(), name)).toBe(true);
        expect(waiting.called()).toBe(false);
      }
    });

    it("without a reason it rejects with an AbortError, after a timeout with a TimeoutError", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const stop = new AbortController();
      const waiting = ask(subject.manager(), name, { signal: stop.signal });
      stop.abort();
      await expect(waiting.done).rejects.toMatchObject(abortError);
      const late = ask(subject.manager(), name, { signal: AbortSignal.timeout(20) });
      await expect(late.done).rejects.toMatchObject({ name: "TimeoutError" });
      held.release();
      await held.done;
    });

    exceptNode(subject, "leaves it in the queue until its turn comes")(
      "takes the request out of the queue",
      async () => {
        const name = subject.name();
        const held = await hold(subject.manager(), name);
        const stop = new AbortController();
        const modes = ["shared", "exclusive", "shared"] as const;
        const asked = modes.map((mode) =>
          ask(subject.another(), name, { mode, ...(mode === "exclusive" && { signal: stop.signal }) }),
        );
        expect((await look(subject.another(), name)).pending).toEqual(modes);
        stop.abort();
        expect((await look(subject.another(), name)).pending).toEqual(["shared", "shared"]);
        held.release();
        // Nobody stands between these two any more.
        const both = [await asked[0]?.granted, await asked[2]?.granted];
        for (const reader of both) reader?.release();
      },
    );

    exceptNode(subject, "leaves it in the queue until its turn comes")(
      "lets in those who waited behind",
      async () => {
        const name = subject.name();
        const reader = await hold(subject.manager(), name, { mode: "shared" });
        const stop = new AbortController();
        const writer = ask(subject.another(), name, { signal: stop.signal });
        const behind = ask(subject.another(), name, { mode: "shared" });
        await subject.another().query();
        stop.abort();
        (await behind.granted).release();
        await expect(writer.done).rejects.toMatchObject(abortError);
        reader.release();
      },
    );

    it("that aborts right after the request ends it", async () => {
      const name = subject.name();
      const stop = new AbortController();
      const asked = ask(subject.manager(), name, { signal: stop.signal });
      stop.abort();
      await expect(asked.done).rejects.toMatchObject(abortError);
      expect(await subject.another().request(name, () => "free")).toBe("free");
      expect(asked.called()).toBe(false);
    });

    it("does nothing once the lock is granted", async () => {
      const name = subject.name();
      const stop = new AbortController();
      const held = await hold(subject.manager(), name, { signal: stop.signal });
      stop.abort();
      await subject.manager().query();
      expect(await isFree(subject.another(), name)).toBe(false);
      held.release("all the same");
      expect(await held.done).toBe("all the same");
      expect(await isFree(subject.another(), name)).toBe(true);
    });

    it("can end several requests", async () => {
      const name = subject.name();
      const held = await hold(subject.manager(), name);
      const stop = new AbortController();
      const asked = [1, 2, 3].map(() => ask(subject.manager(), name, { signal: stop.signal }));
      await subject.manager().query();
      stop.abort();
      for (const { done } of asked) await expect(done).rejects.toMatchObject(abortError);
      held.release();
      await held.done;
    });
  });
};
