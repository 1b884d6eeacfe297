import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";

const settings = [
  { name: "auto-pipelining", config: {} },
  { name: "no auto-pipelining", config: { enableAutoPipelining: false } },
  { name: "responseEncoding: false", config: { responseEncoding: false as const } },
];

onEveryEngine("@upstash/redis scripts", (server) => {
  describe.each(settings)("$name", ({ config }) => {
    it("Script.exec sends EVALSHA, then EVAL once, then EVALSHA only", async () => {
      const redis = redisClient(server, config);
      const script = redis.createScript<number>("return redis.call('INCRBY', KEYS[1], ARGV[1])");
      await server.gateway.meter.reset();
      expect(await script.exec(["count"], ["2"])).toBe(2);
      expect((await server.gateway.meter.read()).requests, "EVALSHA and EVAL").toBe(2);
      expect(await script.exec(["count"], ["3"])).toBe(5);
      expect((await server.gateway.meter.read()).requests, "EVALSHA").toBe(3);
    });

    it("Script.exec recovers when the server has lost its scripts", async () => {
      const redis = redisClient(server, config);
      const script = redis.createScript<number>("return redis.call('INCR', KEYS[1])");
      expect(await script.exec(["count"], [])).toBe(1);
      expect(await redis.scriptFlush()).toBe("OK");
      expect(await script.exec(["count"], [])).toBe(2);
    });

    it("a script that fails is not sent a second time", async () => {
      const redis = redisClient(server, config);
      const script = redis.createScript("redis.call('INCR', KEYS[1]) return redis.error_reply('MYCODE no')");
      await expect(script.exec(["count"], [])).rejects.toThrow("MYCODE no");
      await expect(script.exec(["count"], [])).rejects.toThrow("MYCODE no");
      expect(await redis.get("count"), "EVAL after NOSCRIPT, then EVALSHA").toBe(2);
    });

    it("a read-only script goes through EVALSHA_RO and EVAL_RO and may not write", async () => {
      const redis = redisClient(server, config);
      await redis.set("key", "value");
      const reader = redis.createScript<string, true>("return redis.call('GET', KEYS[1])", {
        readonly: true,
      });
      expect(await reader.exec(["key"], [])).toBe("value");
      expect(await reader.exec(["key"], [])).toBe("value");
      const writer = redis.createScript("return redis.call('SET', KEYS[1], 'new')", { readonly: true });
      await expect(writer.exec(["key"], [])).rejects.toThrow(/read-only/);
      expect(await redis.get("key")).toBe("value");
    });

    it("scriptLoad, scriptExists and evalsha go together", async () => {
      const redis = redisClient(server, config);
      const sha = await redis.scriptLoad("return {KEYS[1], ARGV[1], 3, {'nested', false}}");
      expect(sha).toMatch(/^[\da-f]{40}$/);
      expect(await redis.scriptExists(sha, "0".repeat(40))).toEqual([1, 0]);
      expect(await redis.evalsha(sha, ["key"], ["argument"])).toEqual([
        "key",
        "argument",
        3,
        ["nested", null],
      ]);
    });

    it("arguments of every kind arrive as text", async () => {
      const redis = redisClient(server, config);
      const args = ["text", 1.5, true, { a: 1 }, null] as unknown as string[];
      expect(await redis.eval("return table.concat(ARGV, '|')", [], args)).toBe('text|1.5|true|{"a":1}|null');
    });
  });

  it("the digest the client computes is the server's, for text outside ASCII too", async () => {
    const redis = redisClient(server);
    const source = "return 'Grüße' -- 世界";
    const script = redis.createScript<string>(source);
    await script.exec([], []);
    expect(await redis.scriptLoad(source)).toBe(script.sha1);
    expect(await redis.evalsha(script.sha1, [], [])).toBe("Grüße");
  });
});
