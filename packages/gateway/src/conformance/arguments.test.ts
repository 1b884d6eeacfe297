import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";

const hex = (base64: unknown): string => Buffer.from(String(base64), "base64").toString("hex");

onEveryEngine("REST arguments", (server) => {
  /** The stored bytes, past any decoding. */
  const stored = async (key: string): Promise<string> => {
    const { json } = await server.wire.run64("GET", key);
    return hex((json as { result: string }).result);
  };

  describe("rest 4: path style", () => {
    it("rest 4: segments are percent-decoded, slashes and spaces included", async () => {
      expect((await server.wire.ask("/set/a%2Fb%20c/v%C3%A9%3F")).json).toEqual({ result: "OK" });
      expect(await server.gateway.command("GET", "a/b c")).toBe("vé?");
      expect((await server.wire.ask("/GET/a%2fb%20c")).json).toEqual({ result: "vé?" });
    });

    it("rest 4: a plus sign and dots in a segment stay what they are", async () => {
      await server.wire.ask("/set/a+b/..x..");
      expect(await server.gateway.command("GET", "a+b")).toBe("..x..");
    });

    it("rest 4: segments may be bytes that are no text", async () => {
      await server.wire.ask("/set/key/%FF%00%FE");
      expect(await stored("key")).toBe("ff00fe");
    });

    it("rest 4: a broken percent sign is 400 with a JSON error", async () => {
      const { status, json } = await server.wire.ask("/set/key/%zz");
      expect(status).toBe(400);
      expect(json).toEqual({ error: expect.any(String) });
    });

    it.each(["POST", "PUT"])(
      "rest 4: the body of a %s is the last argument, as raw bytes",
      async (method) => {
        const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
        expect((await server.wire.ask("/set/key", { method, body: bytes })).json).toEqual({ result: "OK" });
        expect(await stored("key")).toBe(Buffer.from(bytes).toString("hex"));
      },
    );

    it("rest 4: the body is not read as JSON, whatever its content type says", async () => {
      const headers = { "content-type": "application/json" };
      await server.wire.ask("/set/key", { headers, body: '["a", 1]\n' });
      expect(await server.gateway.command("GET", "key")).toBe('["a", 1]\n');
    });

    it("rest 4: without a body the segments are all there is", async () => {
      await server.wire.ask("/set/key/value", { method: "POST" });
      expect((await server.wire.ask("/get/key", { method: "POST" })).json).toEqual({ result: "value" });
    });

    it("rest 4: each pair of the query is two arguments after the body, _token is none", async () => {
      const answer = await server.wire.ask("/set/key?_token=ignored&EX=100&NX", { body: "value" });
      expect(answer.json).toEqual({ result: "OK" });
      expect(await server.gateway.command("GET", "key")).toBe("value");
      expect(await server.gateway.command("TTL", "key")).toBe(100);
    });

    it("rest 4: names and values of the query are percent-decoded", async () => {
      await server.wire.ask("/hset/hash?a%20b=c%26d&e=f%3D");
      expect(await server.gateway.command("HGETALL", "hash")).toEqual(["a b", "c&d", "e", "f="]);
    });
  });

  describe("rest 5: elements", () => {
    it.each(["", "plain", "Grüße, 世界, 🔒", 'quote " and \\ and \n and \u0000', "\ufeffmark"])(
      "rest 5: the string %j arrives as UTF-8",
      async (text) => {
        await server.wire.run("SET", "key", text);
        expect(await stored("key")).toBe(Buffer.from(text).toString("hex"));
      },
    );

    it.each(["12345678901234567890", "99.5", "1.10", "-0", "0.1", "1e2", "1E+400", "9007199254740993"])(
      "rest 5: the number %s arrives as it is spelt",
      async (number) => {
        await server.wire.ask("/", { body: `["SET","key",${number}]` });
        expect(await server.gateway.command("GET", "key")).toBe(number);
        await server.wire.pipeline(`[["SET","other",${number}]]`);
        expect(await server.gateway.command("GET", "other")).toBe(number);
        await server.wire.multiExec(`[["SET","third",${number}]]`);
        expect(await server.gateway.command("GET", "third")).toBe(number);
      },
    );

    it("rest 5: numbers beside strings leave the strings alone", async () => {
      await server.wire.ask("/", { body: '["MSET","a",1.50,"b","1.50","c","\\u00e9"]' });
      expect(await server.gateway.command("MGET", "a", "b", "c")).toEqual(["1.50", "1.50", "é"]);
    });

    it("rest 5: true, false and null arrive as words", async () => {
      await server.wire.run("MSET", "t", true, "f", false, "n", null);
      expect(await server.gateway.command("MGET", "t", "f", "n")).toEqual(["true", "false", "null"]);
    });

    it("rest 5: command names come in any case", async () => {
      for (const name of ["set", "SET", "sEt"])
        expect((await server.wire.run(name, "k", "v")).json).toEqual({ result: "OK" });
      expect((await server.wire.run("conFIG", "gEt", "maxmemory")).json).toEqual({
        result: ["maxmemory", expect.any(String)],
      });
    });
  });
});
