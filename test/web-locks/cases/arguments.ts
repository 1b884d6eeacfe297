import { describe, expect, it } from "vitest";
import { type Cases, exceptNode } from "./subject.ts";

/** 3.2.1 request(), and how Web IDL converts what it is given. */
export const argumentCases: Cases = (subject) => {
  const request = (...args: unknown[]): Promise<unknown> => {
    const manager = subject.manager() as unknown as { request(...args: unknown[]): Promise<unknown> };
    return manager.request(...args);
  };
  const never = () => {
    throw new Error("the callback was called");
  };
  const notSupported = { name: "NotSupportedError", constructor: DOMException };
  const aborted = () => AbortSignal.abort(new Error("aborted before"));

  describe("request(): arguments", () => {
    it("rejects with a TypeError when there are fewer than two", async () => {
      await expect(request()).rejects.toBeInstanceOf(TypeError);
      await expect(request(subject.name())).rejects.toBeInstanceOf(TypeError);
    });

    it("rejects with a TypeError when the callback cannot be called", async () => {
      for (const callback of [undefined, null, {}, "callback", 1]) {
        await expect(request(subject.name(), callback)).rejects.toBeInstanceOf(TypeError);
        await expect(request(subject.name(), {}, callback)).rejects.toBeInstanceOf(TypeError);
      }
    });

    exceptNode(subject, "takes the options for the callback")(
      "a third argument is the callback, even if it is undefined",
      async () => {
        await expect(request(subject.name(), () => {}, undefined)).rejects.toBeInstanceOf(TypeError);
      },
    );

    it("takes anything for a name that can become a string", async () => {
      const named = { toString: () => `${subject.name()}-object` };
      for (const name of [12, null, undefined, true, named])
        expect(await request(name, (lock: Lock) => lock.name)).toMatch(
          /^(12|null|undefined|true|.*-object)$/,
        );
    });

    it("rejects with a TypeError when the name is a symbol, and with what its conversion throws", async () => {
      await expect(request(Symbol("name"), never)).rejects.toBeInstanceOf(TypeError);
      const error = new Error("no string");
      const name = {
        toString: () => {
          throw error;
        },
      };
      await expect(request(name, never)).rejects.toBe(error);
    });

    it("no options and null are the defaults", async () => {
      for (const options of [undefined, null, {}, { mode: undefined, signal: undefined, steal: undefined }])
        expect(await request(subject.name(), options, (lock: Lock) => lock.mode)).toBe("exclusive");
    });

    it("rejects with a TypeError when the options are no object", async () => {
      for (const options of [1, "options", true, Symbol("options"), 1n])
        await expect(request(subject.name(), options, never)).rejects.toBeInstanceOf(TypeError);
    });

    exceptNode(subject, "ignores it")("a function can be the options", async () => {
      const options = Object.assign(() => {}, { mode: "shared" });
      expect(await request(subject.name(), options, (lock: Lock) => lock.mode)).toBe("shared");
    });

    it("rejects with a TypeError when the mode is none", async () => {
      for (const mode of ["", "Exclusive", "read", null, 0, Symbol("mode")])
        await expect(request(subject.name(), { mode }, never)).rejects.toBeInstanceOf(TypeError);
    });

    it("takes anything for a mode that becomes its name", async () => {
      const mode = { toString: () => "shared" };
      expect(await request(subject.name(), { mode }, (lock: Lock) => lock.mode)).toBe("shared");
    });

    it("rejects with a TypeError when the signal is none", async () => {
      for (const signal of [null, {}, "signal", 1, () => {}, new EventTarget(), new AbortController()])
        await expect(request(subject.name(), { signal }, never)).rejects.toBeInstanceOf(TypeError);
    });

    it("takes anything for a boolean", async () => {
      const name = subject.name();
      const answer = request(name, { steal: 0, ifAvailable: "" }, () =>
        request(name, { ifAvailable: "yes" }, (lock: Lock | null) => lock),
      );
      expect(await answer).toBeNull();
    });

    exceptNode(subject, "looks at the callback before the options")(
      "converts the name, then each member of the options once and by the alphabet, then the callback",
      async () => {
        const read: string[] = [];
        const options = new Proxy(
          {},
          {
            get: (_, member) => {
              read.push(String(member));
            },
          },
        );
        const name = {
          toString: () => {
            read.push("the name");
            return "";
          },
        };
        await expect(request(name, options, "no callback")).rejects.toBeInstanceOf(TypeError);
        expect(read).toEqual(["the name", "ifAvailable", "mode", "signal", "steal"]);
      },
    );

    it("rejects with what a getter of the options throws", async () => {
      const error = new Error("no mode");
      const options = {
        get mode() {
          throw error;
        },
      };
      await expect(request(subject.name(), options, never)).rejects.toBe(error);
    });
  });

  describe("request(): what it refuses", () => {
    it("names that begin with a hyphen", async () => {
      for (const name of ["-", "-name", "--"])
        await expect(request(name, never)).rejects.toMatchObject(notSupported);
      expect(await request(`${subject.name()}-`, () => "inside")).toBe("inside");
      expect(await request(`\u2013${subject.name()}`, () => "an en dash is none")).toBe("an en dash is none");
    });

    it("steal with ifAvailable", async () => {
      const options = { steal: true, ifAvailable: true };
      await expect(request(subject.name(), options, never)).rejects.toMatchObject(notSupported);
    });

    it("steal of a shared lock", async () => {
      const options = { steal: true, mode: "shared" };
      await expect(request(subject.name(), options, never)).rejects.toMatchObject(notSupported);
    });

    it("a signal with steal or ifAvailable", async () => {
      const { signal } = new AbortController();
      for (const options of [
        { signal, steal: true },
        { signal, ifAvailable: true },
      ])
        await expect(request(subject.name(), options, never)).rejects.toMatchObject(notSupported);
    });

    it("a signal that has aborted, with its reason", async () => {
      const signal = aborted();
      await expect(request(subject.name(), { signal }, never)).rejects.toBe(signal.reason);
      await expect(request(subject.name(), { signal: AbortSignal.abort() }, never)).rejects.toMatchObject({
        name: "AbortError",
        constructor: DOMException,
      });
      await expect(request(subject.name(), { signal: AbortSignal.abort("a text") }, never)).rejects.toBe(
        "a text",
      );
    });

    exceptNode(subject, "looks at the signal first")("a signal that has aborted comes last", async () => {
      const signal = aborted();
      await expect(request("-name", { signal }, never)).rejects.toMatchObject(notSupported);
      await expect(request(subject.name(), { signal, steal: true }, never)).rejects.toMatchObject(
        notSupported,
      );
    });

    it("mistakes of type come before all of these", async () => {
      await expect(request("-name", { mode: "none" }, never)).rejects.toBeInstanceOf(TypeError);
      await expect(request("-name", {}, "no callback")).rejects.toBeInstanceOf(TypeError);
    });
  });

  describe("LockManager", () => {
    it("is one, and its methods have as many parameters as they should", () => {
      const manager = subject.manager();
      expect(Object.prototype.toString.call(manager)).toBe("[object LockManager]");
      expect([manager.request.length, manager.query.length]).toEqual([2, 0]);
    });

    exceptNode(subject, "request() needs no receiver")(
      "its methods, taken off it, reject with a TypeError",
      async () => {
        const { request, query } = subject.manager();
        await expect(query.call(undefined as never)).rejects.toBeInstanceOf(TypeError);
        await expect(request.call({} as never, subject.name(), {}, never)).rejects.toBeInstanceOf(TypeError);
      },
    );
  });
};
