import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";

/** Every way in which the client can be set up to read an answer. */
const settings = [
  { name: "defaults", config: {} },
  { name: "responseEncoding: false", config: { responseEncoding: false as const } },
  { name: "no auto-pipelining", config: { enableAutoPipelining: false } },
  {
    name: "no auto-pipelining, responseEncoding: false",
    config: { enableAutoPipelining: false, responseEncoding: false as const },
  },
];

onEveryEngine("@upstash/redis commands", (server) => {
  describe.each(settings)("$name", ({ config }) => {
    const client = () => redisClient(server, config);

    it("strings, numbers, objects and null come back as they went in", async () => {
      const redis = client();
      expect(await redis.set("text", "Grüße 🔒")).toBe("OK");
      expect(await redis.get("text")).toBe("Grüße 🔒");
      await redis.set("object", { a: 1, b: [true, null, "x"] });
      expect(await redis.get("object")).toEqual({ a: 1, b: [true, null, "x"] });
      await redis.set("number", 42.5);
      expect(await redis.get("number")).toBe(42.5);
      await redis.set("large", "12345678901234567890");
      expect(await redis.get("large"), "too large for a number").toBe("12345678901234567890");
      await redis.set("ok", "OK");
      expect(await redis.get("ok")).toBe("OK");
      await redis.set("base64", "T0s=");
      expect(await redis.get("base64")).toBe("T0s=");
      await redis.set("empty", "");
      expect(await redis.get("empty")).toBe("");
      expect(await redis.get("none")).toBeNull();
      expect(await redis.mget("text", "none", "number")).toEqual(["Grüße 🔒", null, 42.5]);
    });

    it("SET with its options", async () => {
      const redis = client();
      expect(await redis.set("key", "one", { nx: true, px: 60_000 })).toBe("OK");
      expect(await redis.set("key", "two", { nx: true, px: 60_000 })).toBeNull();
      expect(await redis.set("key", "three", { get: true, keepTtl: true })).toBe("one");
      expect(await redis.pttl("key")).toBeGreaterThan(50_000);
      expect(await redis.getdel("key")).toBe("three");
      expect(await redis.ttl("key")).toBe(-2);
    });

    it("counters", async () => {
      const redis = client();
      expect(await redis.incr("count")).toBe(1);
      expect(await redis.incrby("count", 41)).toBe(42);
      expect(await redis.incrbyfloat("count", 0.5)).toBe(42.5);
      expect(await redis.decr("other")).toBe(-1);
    });

    it("hashes", async () => {
      const redis = client();
      expect(await redis.hset("hash", { name: "a", count: 1, list: [1, 2] })).toBe(3);
      expect(await redis.hgetall("hash")).toEqual({ name: "a", count: 1, list: [1, 2] });
      expect(await redis.hget("hash", "count")).toBe(1);
      expect(await redis.hmget("hash", "name", "none")).toEqual({ name: "a", none: null });
      expect(await redis.hgetall("none")).toBeNull();
      expect(await redis.hincrby("hash", "count", 2)).toBe(3);
    });

    it("lists and sets", async () => {
      const redis = client();
      expect(await redis.rpush<unknown>("list", "a", { b: 1 }, 3)).toBe(3);
      expect(await redis.lrange("list", 0, -1)).toEqual(["a", { b: 1 }, 3]);
      expect(await redis.lpop("list", 2)).toEqual(["a", { b: 1 }]);
      expect(await redis.lpop("none")).toBeNull();
      expect(await redis.sadd("set", "a", "b")).toBe(2);
      expect((await redis.smembers("set")).sort()).toEqual(["a", "b"]);
      expect(await redis.smismember("set", ["a", "c"])).toEqual([1, 0]);
      expect(await redis.sunionstore("union", "set", "none")).toBe(2);
    });

    it("sorted sets", async () => {
      const redis = client();
      expect(await redis.zadd("scores", { score: 1.5, member: "a" }, { score: 2, member: "b" })).toBe(2);
      expect(await redis.zrange("scores", 0, -1, { withScores: true })).toEqual(["a", 1.5, "b", 2]);
      expect(await redis.zscore("scores", "a")).toBe(1.5);
      expect(await redis.zincrby("scores", 1, "a")).toBe(2.5);
      expect(await redis.zrank("scores", "none")).toBeNull();
    });

    it("streams", async () => {
      const redis = client();
      expect(await redis.xadd("stream", "1-1", { field: "value", count: 2 })).toBe("1-1");
      expect(await redis.xrange("stream", "-", "+")).toEqual({ "1-1": { field: "value", count: 2 } });
      expect(await redis.xread("stream", "0")).toEqual([
        ["stream", [["1-1", ["field", "value", "count", 2]]]],
      ]);
      expect(await redis.xlen("stream")).toBe(1);
    });

    it("scans through all keys", async () => {
      const redis = client();
      const keys = Array.from({ length: 50 }, (_, i) => `key:${i}`);
      await redis.mset(Object.fromEntries(keys.map((key) => [key, 1])));
      const found: string[] = [];
      let cursor = "0";
      do {
        const [next, some] = await redis.scan(cursor, { match: "key:*", count: 10 });
        found.push(...some);
        cursor = next;
      } while (cursor !== "0");
      expect([...new Set(found)].sort()).toEqual(keys.sort());
    });

    it("server commands", async () => {
      const redis = client();
      expect(await redis.ping()).toBe("PONG");
      expect(await redis.echo("hello")).toBe("hello");
      expect(await redis.time()).toEqual([expect.any(Number), expect.any(Number)]);
      await redis.set("key", "value");
      expect(await redis.type("key")).toBe("string");
      expect(await redis.dbsize()).toBe(1);
      expect(await redis.exists("key", "none")).toBe(1);
      expect(await redis.flushdb()).toBe("OK");
    });

    it("a raw command", async () => {
      const redis = client();
      expect(await redis.exec(["SET", "key", "value", "EX", 100])).toBe("OK");
      expect(await redis.exec(["TTL", "key"])).toBe(100);
    });
  });

  it("a failed command throws the server's text", async () => {
    const redis = redisClient(server, { enableAutoPipelining: false });
    await redis.set("key", "value");
    await expect(redis.lpush("key", "x")).rejects.toThrow(
      'WRONGTYPE Operation against a key holding the wrong kind of value, command was: ["lpush","key","x"]',
    );
    await expect(redisClient(server).lpush("key", "x")).rejects.toThrow(
      "Command failed: WRONGTYPE Operation against a key holding the wrong kind of value",
    );
  });

  it("a wrong token throws the gateway's text, not a parse error", async () => {
    const redis = redisClient(server, { token: "wrong" });
    await expect(redis.get("key")).rejects.toMatchObject({
      name: "UpstashError",
      message: expect.stringMatching(/^\S/),
    });
  });

  it("without automatic deserialization everything stays text", async () => {
    const redis = redisClient(server, { automaticDeserialization: false });
    await redis.set("key", 42);
    expect(await redis.get("key")).toBe("42");
    await redis.hset("hash", { a: 1 });
    expect(await redis.hgetall("hash")).toEqual(["a", "1"]);
  });
});
