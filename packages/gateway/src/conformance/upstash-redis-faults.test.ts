import { Lock } from "@upstash/lock";
import { expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";

const quick = { retry: { retries: 5, backoff: () => 1 } };

onEveryEngine(
  "@upstash/redis under faults",
  (server) => {
    it("rest 7: a broken connection is retried, so a lost reply runs the command again", async () => {
      server.gateway.faults.inject({ action: "drop-reply", times: 2 });
      expect(await redisClient(server, quick).incr("count")).toBe(3);
    });

    it("rest 7: a status is not retried, whatever it is", async () => {
      const redis = redisClient(server, quick);
      for (const status of [400, 429, 500, 503]) {
        const before = server.gateway.faults.injected;
        server.gateway.faults.inject({ action: "status", status, times: 10 });
        await expect(redis.incr("count")).rejects.toMatchObject({ name: "UpstashError" });
        expect(server.gateway.faults.injected - before, `${status}`).toBe(1);
        server.gateway.faults.clear();
      }
      expect(await redis.get("count")).toBeNull();
    });

    it("rest 7: gives up after its retries", async () => {
      server.gateway.faults.inject({ action: "drop-request", times: Number.POSITIVE_INFINITY });
      const before = server.gateway.faults.injected;
      await expect(redisClient(server, quick).incr("count")).rejects.toThrow("fetch failed");
      expect(server.gateway.faults.injected - before).toBe(6);
    });

    it("rest 11: Script.exec recovers from scripts that are lost between any two calls", async () => {
      const script = redisClient(server, quick).createScript<number>("return redis.call('INCR', KEYS[1])");
      for (let i = 1; i <= 5; i++) {
        server.gateway.faults.inject({ action: "flush-scripts" });
        expect(await script.exec(["count"], [])).toBe(i);
      }
    });

    it("@upstash/lock loses the lock it got when the first reply is lost", async () => {
      server.gateway.faults.inject({ action: "drop-reply" });
      const lock = new Lock({
        id: "lock",
        redis: redisClient(server, quick),
        retry: { attempts: 1, delay: 1 },
      });
      expect(await lock.acquire()).toBe(false);
      expect(await server.gateway.command("EXISTS", "lock"), "held by nobody who knows").toBe(1);
    });
  },
  { faults: true },
);
