import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

onEveryEngine("REST reply types", (server) => {
  const result = async (...command: unknown[]): Promise<unknown> => {
    const { json } = await server.wire.run(...command);
    return (json as { result: unknown }).result;
  };
  const result64 = async (...command: unknown[]): Promise<unknown> => {
    const { json } = await server.wire.run64(...command);
    return (json as { result: unknown }).result;
  };

  describe("rest 12: types as in RESP2", () => {
    it("rest 12: nil and null array are null", async () => {
      expect(await result("GET", "none")).toBeNull();
      expect(await result("LPOP", "none", "2")).toBeNull();
      expect(await result("MGET", "none", "none")).toEqual([null, null]);
      expect(await result("LRANGE", "none", "0", "-1")).toEqual([]);
    });

    it("rest 12: integers are JSON numbers, exact to 64 bits", async () => {
      expect((await server.wire.run("INCRBY", "big", "9223372036854775807")).text).toBe(
        '{"result":9223372036854775807}',
      );
      expect((await server.wire.run("INCRBY", "small", "-9007199254740993")).text).toBe(
        '{"result":-9007199254740993}',
      );
      expect((await server.wire.run("INCRBY", "zero", "0")).text).toBe('{"result":0}');
      const bits = ["BITFIELD", "bits", "SET", "i64", "0", "-9223372036854775808", "GET", "i64", "0"];
      expect((await server.wire.run(...bits)).text).toBe('{"result":[0,-9223372036854775808]}');
    });

    it("rest 12: strings that look like numbers stay strings", async () => {
      await server.wire.run("SET", "key", "12");
      expect(await result("GET", "key")).toBe("12");
      expect(await result("EVAL", "return {'12', '-3'}", "0")).toEqual(["12", "-3"]);
      expect(await result("EVAL", "return redis.status_reply('42')", "0")).toBe("42");
    });

    it("rest 12: doubles and scores stay strings in the server's spelling", async () => {
      await server.wire.run("ZADD", "scores", "99.5", "a", "1e20", "b", "inf", "c");
      expect(await result("ZSCORE", "scores", "a")).toBe("99.5");
      expect(await result("ZSCORE", "scores", "b")).toBe("1e+20");
      expect(await result("ZRANGE", "scores", "0", "-1", "WITHSCORES")).toEqual([
        "a",
        "99.5",
        "b",
        "1e+20",
        "c",
        "inf",
      ]);
      expect(await result("ZMSCORE", "scores", "a", "none")).toEqual(["99.5", null]);
      expect(await result("INCRBYFLOAT", "float", "10.5")).toBe("10.5");
    });

    it("rest 12: maps are flat", async () => {
      await server.wire.run("HSET", "hash", "a", "1", "b", "2");
      expect(await result("HGETALL", "hash")).toEqual(["a", "1", "b", "2"]);
      expect(await result("CONFIG", "GET", "databases")).toEqual(["databases", expect.any(String)]);
      await server.wire.run("XADD", "stream", "1-1", "field", "value");
      const info = (await result("XINFO", "STREAM", "stream")) as unknown[];
      expect(info.slice(0, 2)).toEqual(["length", 1]);
      expect(info[info.indexOf("first-entry") + 1]).toEqual(["1-1", ["field", "value"]]);
    });

    it("rest 12: a scan cursor is a string", async () => {
      await server.wire.run("SET", "key", "value");
      expect(await result("SCAN", "0", "MATCH", "k*")).toEqual(["0", ["key"]]);
    });

    it("rest 12: nested arrays are kept", async () => {
      await server.wire.run("XADD", "stream", "1-1", "a", "1", "b", "2");
      expect(await result("XRANGE", "stream", "-", "+")).toEqual([["1-1", ["a", "1", "b", "2"]]]);
      expect(await result("EVAL", "return {1, {2, {'three', {}}}, false}", "0")).toEqual([
        1,
        [2, ["three", []]],
        null,
      ]);
    });

    it("rest 12: Lua's values are those of RESP2", async () => {
      expect(await result("EVAL", "return {true, false, 3.99, 'x'}", "0")).toEqual([1, null, 3, "x"]);
      expect(await result("EVAL", "return", "0")).toBeNull();
    });
  });

  describe("rest 14: Upstash-Encoding: base64", () => {
    it("rest 14: encodes every string at any depth, with padding", async () => {
      await server.wire.run("XADD", "stream", "1-1", "a", "Grüße");
      expect(await result64("XRANGE", "stream", "-", "+")).toEqual([
        [base64("1-1"), [base64("a"), base64("Grüße")]],
      ]);
      expect(await result64("ECHO", "a")).toBe("YQ==");
      expect(await result64("ECHO", "?>?>")).toBe("Pz4/Pg==");
      expect(await result64("ECHO", "")).toBe("");
    });

    it("rest 14: encodes status replies too", async () => {
      await server.wire.run("SET", "key", "value");
      expect(await result64("PING")).toBe(base64("PONG"));
      expect(await result64("TYPE", "key")).toBe(base64("string"));
      expect(await result64("TYPE", "none")).toBe(base64("none"));
      expect(await result64("EVAL", "return redis.status_reply('FINE')", "0")).toBe(base64("FINE"));
    });

    it("rest 14: leaves OK alone where it is the whole result, and nowhere else", async () => {
      expect(await result64("SET", "key", "value")).toBe("OK");
      expect(await result64("EVAL", "return {redis.status_reply('OK'), 'OK', {'OK'}}", "0")).toEqual([
        "T0s=",
        "T0s=",
        ["T0s="],
      ]);
      const headers = { "Upstash-Encoding": "base64" };
      const commands = [["SET", "key", "OK"], ["MGET", "key"], ["PING"]];
      const items = [{ result: "OK" }, { result: ["T0s="] }, { result: base64("PONG") }];
      expect((await server.wire.pipeline(commands, headers)).json).toEqual(items);
      expect((await server.wire.multiExec(commands, headers)).json).toEqual(items);
    });

    it("rest 14: leaves numbers and null alone", async () => {
      expect(await result64("EVAL", "return {1, false, {2, 'x'}}", "0")).toEqual([1, null, [2, base64("x")]]);
      expect(await result64("GET", "none")).toBeNull();
      expect(await result64("INCR", "count")).toBe(1);
    });

    it("rest 14: carries bytes that are no text", async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);
      await server.wire.ask("/set/key", { body: bytes });
      expect(await result64("GET", "key")).toBe(Buffer.from(bytes).toString("base64"));
    });
  });

  describe("rest 17: Upstash-Response-Format: resp2", () => {
    const resp2 = async (path: string, body: unknown): Promise<string> => {
      const headers = { "Upstash-Response-Format": "resp2" };
      return (await server.wire.fetch(path, { body, headers })).text();
    };

    it("rest 17: answers as a TCP client would read it", async () => {
      expect(await resp2("/", ["SET", "key", "é"])).toBe("+OK\r\n");
      expect(await resp2("/", ["GET", "key"])).toBe("$2\r\né\r\n");
      expect(await resp2("/", ["GET", "none"])).toBe("$-1\r\n");
      expect(await resp2("/", ["INCRBY", "n", "9223372036854775807"])).toBe(":9223372036854775807\r\n");
      expect(await resp2("/", ["MGET", "key", "none"])).toBe("*2\r\n$2\r\né\r\n$-1\r\n");
      expect(await resp2("/", ["INCR", "key"])).toBe("-ERR value is not an integer or out of range\r\n");
    });

    it("rest 17: a pipeline's answers follow one another", async () => {
      expect(await resp2("/pipeline", [["PING"], ["INCR", "n"], ["ECHO", "x"]])).toBe(
        "+PONG\r\n:1\r\n$1\r\nx\r\n",
      );
    });
  });
});
