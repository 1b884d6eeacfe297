import { describe, expect, it, vi } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";

const settings = [{ responseEncoding: "base64" as const }, { responseEncoding: false as const }];

onEveryEngine("@upstash/redis pipelines", (server) => {
  describe.each(settings)("responseEncoding: $responseEncoding", (config) => {
    it("auto-pipelining sends what was asked in one tick as one request", async () => {
      const redis = redisClient(server, config);
      await server.gateway.meter.reset();
      const answers = await Promise.all([redis.set("a", 1), redis.incr("b"), redis.hset("c", { d: "e" })]);
      expect(answers).toEqual(["OK", 1, 1]);
      expect(await server.gateway.meter.read()).toMatchObject({ requests: 1, commands: 3 });
    });

    it("auto-pipelining cuts at a thousand commands", async () => {
      const redis = redisClient(server, config);
      await server.gateway.meter.reset();
      const counts = await Promise.all(Array.from({ length: 2_500 }, () => redis.incr("count")));
      expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1));
      expect(await server.gateway.meter.read()).toMatchObject({ requests: 3, commands: 2_500 });
    });

    it("auto-pipelining: one failure stays with its caller", async () => {
      const redis = redisClient(server, config);
      await redis.set("text", "value");
      const [ok, failed, after] = await Promise.allSettled([
        redis.set("a", 1),
        redis.incr("text"),
        redis.set("b", 2),
      ]);
      expect(ok).toMatchObject({ status: "fulfilled", value: "OK" });
      expect(failed).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringContaining("not an integer") },
      });
      expect(after).toMatchObject({ status: "fulfilled", value: "OK" });
    });

    it("pipeline() answers in order", async () => {
      const pipeline = redisClient(server, config).pipeline();
      pipeline
        .set("key", { a: 1 })
        .get("key")
        .get("none")
        .zadd("z", { score: 1, member: "m" })
        .zscore("z", "m");
      expect(await pipeline.exec()).toEqual(["OK", { a: 1 }, null, 1, 1]);
    });

    it("pipeline() throws on the first failure and names the command", async () => {
      const pipeline = redisClient(server, config).pipeline().set("key", "value").incr("key").get("key");
      await expect(pipeline.exec()).rejects.toThrow(
        "Command 2 [ incr ] failed: ERR value is not an integer or out of range",
      );
    });

    it("pipeline().exec({ keepErrors }) has a result or an error for each", async () => {
      const pipeline = redisClient(server, config)
        .pipeline()
        .set("key", "value")
        .incr("key")
        .get("key")
        .get("none");
      expect(await pipeline.exec({ keepErrors: true })).toEqual([
        { result: "OK", error: undefined },
        { result: undefined, error: "ERR value is not an integer or out of range" },
        { result: "value", error: undefined },
        { result: null, error: undefined },
      ]);
    });

    it("multi() is one transaction", async () => {
      const redis = redisClient(server, config);
      const rounds = Array.from({ length: 20 }, (_, i) =>
        redis
          .multi()
          .set("key", i)
          .get("key")
          .incr("count")
          .get("key")
          .exec<["OK", number, number, number]>(),
      );
      for (const [i, [, first, , second]] of (await Promise.all(rounds)).entries()) {
        expect([first, second]).toEqual([i, i]);
      }
    });

    it("multi() with a failure at run time runs the rest", async () => {
      const redis = redisClient(server, config);
      const multi = redis.multi().set("key", "value").incr("key").set("after", 1);
      await expect(multi.exec()).rejects.toThrow("Command 2 [ incr ] failed: ERR value is not an integer");
      expect(await redis.get("after")).toBe(1);
    });

    it("multi() that is discarded runs nothing and throws the reason", async () => {
      const redis = redisClient(server, config);
      const multi = redis.multi().set("key", "value").del();
      await expect(multi.exec()).rejects.toThrow("ERR wrong number of arguments for 'del' command");
      expect(await redis.exists("key")).toBe(0);
    });
  });

  it("rest 15: readYourWrites sends the last sync token back, and any is accepted", async () => {
    const sent: (string | null)[] = [];
    const received: (string | null)[] = [];
    const real = globalThis.fetch;
    const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      sent.push(new Headers(init?.headers).get("upstash-sync-token"));
      const response = await real(input, init);
      received.push(response.headers.get("upstash-sync-token"));
      return response;
    });
    try {
      const redis = redisClient(server, { enableAutoPipelining: false, readYourWrites: true });
      for (let i = 0; i < 4; i++) expect(await redis.set("key", i)).toBe("OK");
    } finally {
      spy.mockRestore();
    }
    expect(sent[0]).toBe("");
    expect(sent.slice(1)).toEqual(received.slice(0, -1));
    expect(new Set(received).size).toBe(4);
  });

  it("works with readYourWrites off", async () => {
    const redis = redisClient(server, { readYourWrites: false });
    expect(await redis.set("key", "value")).toBe("OK");
    expect(await redis.get("key")).toBe("value");
  });
});
