/** What the documentation of redlock 5 shows and says, on the original and on the facade: one is in place of the other. */
import { restStore } from "@holdfast/core";
import Facade, * as facade from "@holdfast/core/compat/redlock";
import { ioredisStore } from "@holdfast/redis";
import Original, * as original from "redlock";
import { describe, expect, it, vi } from "vitest";
import { besideRedis, type Side } from "../support/beside-redis.ts";
import { TOKEN } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";

type Settings = Partial<facade.Settings>;

const packages = {
  original: {
    ...original,
    make: (side: Side, settings?: Settings) => new Original([side.redis()], settings),
  },
  facade: {
    ...facade,
    make: (side: Side, settings?: Settings) =>
      new Facade([restStore({ url: side.gateway.url, token: TOKEN })], settings),
  },
  "facade over ioredis": {
    ...facade,
    make: (side: Side, settings?: Settings) => new Facade([ioredisStore(side.redis())], settings),
  },
};

besideRedis("redlock's documentation", (side) => {
  describe.each(Object.entries(packages))("%s", (_, { make, ExecutionError, ResourceLockedError }) => {
    const something = () => new Promise((resolve) => setTimeout(resolve, 5));

    it("the configuration of the documentation is taken", () => {
      const settings = { driftFactor: 0.01, retryCount: 10, retryDelay: 200, retryJitter: 200 };
      const redlock = make(side, { ...settings, automaticExtensionThreshold: 500 });
      expect(redlock.settings).toMatchObject(settings);
      expect(redlock.clients.size).toBe(1);
    });

    it("the example of using: gives what the routine gives, and releases", async () => {
      const redlock = make(side);
      const [senderId, recipientId] = [side.name(), side.name()];
      const given = await redlock.using([senderId, recipientId], 5000, async (signal) => {
        await something();
        if (signal.aborted) throw signal.error;
        await expect(make(side, { retryCount: 0 }).acquire([recipientId], 1000)).rejects.toThrow();
        return 42;
      });
      expect(given).toBe(42);
      await (await redlock.acquire([recipientId, senderId], 1000, { retryCount: 0 })).release();
    });

    it("using passes on what the routine throws, and releases", async () => {
      const redlock = make(side);
      const name = side.name();
      const failing = redlock.using([name], 5000, { retryCount: 5 }, async () => {
        throw new Error("Insufficient balance.");
      });
      await expect(failing).rejects.toThrow("Insufficient balance.");
      await (await redlock.acquire([name], 1000, { retryCount: 0 })).release();
    });

    it("using extends the lock for as long as the routine runs", async () => {
      const redlock = make(side, { automaticExtensionThreshold: 300 });
      const name = side.name();
      await redlock.using([name], 500, async (signal) => {
        await new Promise((resolve) => setTimeout(resolve, 1200));
        expect(signal.aborted).toBe(false);
        await expect(make(side, { retryCount: 0 }).acquire([name], 500)).rejects.toThrow();
      });
    });

    it("the example of acquire, extend and release", async () => {
      const redlock = make(side);
      const resource = side.name();
      const started = Date.now();
      let lock = await redlock.acquire([resource], 5000);
      const first = lock;
      expect(lock.resources).toEqual([resource]);
      expect(lock.expiration - started).toBeGreaterThan(4000);
      try {
        await something();
        lock = await lock.extend(20_000);
        expect(lock.expiration - started).toBeGreaterThan(19_000);
        expect(first.expiration).toBe(0);
        await something();
      } finally {
        await lock.release();
      }
      expect(lock.expiration).toBe(0);
      await (await redlock.acquire([resource], 1000, { retryCount: 0 })).release();
    });

    it("attempts tell how each client voted", async () => {
      const redlock = make(side);
      const name = side.name();
      const lock = await redlock.acquire([name], 5000);
      const [client] = redlock.clients;
      const votes = await Promise.all(lock.attempts);
      expect(votes).toMatchObject([{ membershipSize: 1, quorumSize: 1 }]);
      expect([...(votes[0]?.votesFor ?? [])]).toEqual([client]);

      const error = await redlock.acquire([name], 1000, { retryCount: 0 }).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(ExecutionError);
      const [stats] = await Promise.all((error as facade.ExecutionError).attempts);
      expect([...(stats?.votesAgainst.values() ?? [])]).toEqual([expect.any(ResourceLockedError)]);
      expect((await lock.release()).attempts).toHaveLength(1);
    });

    it("the example of the error event: a busy resource is told apart, and nothing else is logged", async () => {
      const redlock = make(side, { retryCount: 0 });
      const heard: Error[] = [];
      const logged: Error[] = [];
      redlock.on("error", (error) => {
        heard.push(error);
        if (error instanceof ResourceLockedError) return;
        logged.push(error);
      });
      const name = side.name();
      const lock = await redlock.acquire([name], 5000);
      await expect(redlock.acquire([name], 1000)).rejects.toBeInstanceOf(ExecutionError);
      expect(heard).toContainEqual(expect.any(ResourceLockedError));
      expect(logged).toEqual([]);
      await lock.release();
    });

    it("several resources: all or none", async () => {
      const redlock = make(side, { retryCount: 0 });
      const [a, b, c] = [side.name(), side.name(), side.name()];
      const lock = await redlock.acquire([b], 5000);
      await expect(redlock.acquire([a, b, c], 5000)).rejects.toBeInstanceOf(ExecutionError);
      const others = await redlock.acquire([a, c], 5000);
      await others.release();
      await lock.release();
    });

    it("retries within its window, and for ever with -1", async () => {
      const name = side.name();
      for (const settings of [{ retryCount: 100, retryDelay: 20, retryJitter: 10 }, { retryCount: -1 }]) {
        const lock = await make(side).acquire([name], 300);
        const next = await make(side, settings).acquire([name], 1000);
        expect(lock.expiration).toBeLessThanOrEqual(Date.now());
        await next.release();
      }
    });

    it("what has expired cannot be extended", async () => {
      const lock = await make(side).acquire([side.name()], 100);
      await vi.waitFor(() => expect(lock.expiration).toBeLessThan(Date.now()));
      await expect(lock.extend(1000)).rejects.toBeInstanceOf(ExecutionError);
    });

    it("a duration with a fraction is refused", async () => {
      await expect(make(side).acquire([side.name()], 100.5)).rejects.toThrow();
    });
  });

  describe("what the facade mends", () => {
    const make = packages.facade.make;

    it("P5 the server falls silent: the signal has fired before the expiry, and error says why", async () => {
      const started = performance.now();
      const [begun, over] = [gate(), gate()];
      let reason: Error | undefined;
      const working = make(side).using([side.name()], 1000, async (signal) => {
        begun.open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        reason = signal.error;
        await over.opened;
        return "result";
      });
      await begun.opened;
      await side.server.kill("SIGSTOP");
      await vi.waitFor(() => expect(reason).toMatchObject({ code: "lost" }), { timeout: 5000 });
      expect(performance.now() - started).toBeLessThan(1500);
      await side.server.kill("SIGCONT");
      over.open();
      expect(await working).toBe("result");
    });

    it("releasing what has expired is no failure, and takes no time", async () => {
      const lock = await make(side).acquire([side.name()], 100);
      await vi.waitFor(() => expect(lock.expiration).toBe(0));
      const started = performance.now();
      await lock.release();
      expect(performance.now() - started).toBeLessThan(500);
    });

    it("a lost lock does not throw the result away", async () => {
      const name = side.name();
      const result = await make(side).using([name], 600, async (signal) => {
        await side.locks().forceRelease(name);
        await vi.waitFor(() => expect(signal.aborted).toBe(true), { timeout: 5000 });
        return "result";
      });
      expect(result).toBe("result");
    });

    it("busy, broken and lost have codes of their own", async () => {
      const redlock = make(side, { retryCount: 0 });
      const name = side.name();
      const lock = await redlock.acquire([name], 5000);
      await expect(redlock.acquire([name], 5000)).rejects.toMatchObject({ code: "timeout" });
      await side.locks().forceRelease(name);
      await expect(lock.extend(5000)).rejects.toMatchObject({ code: "lost" });
      const gone = new Facade([{ url: "http://127.0.0.1:1", token: "x" }], { retryCount: 0 });
      await expect(gone.acquire([name], 5000)).rejects.toMatchObject({ code: "unavailable" });
    });

    it("a lost reply costs a retry", async () => {
      const redlock = make(side, { retryCount: 0 });
      const name = side.name();
      side.gateway.faults.inject({ action: "drop-reply" });
      const lock = await redlock.acquire([name], 5000);
      await lock.release();
      expect((await side.locks().inspect(name)).held).toBe(false);
    });

    it("whoever waits is served in order", async () => {
      const name = side.name();
      const lock = await make(side).acquire([name], 5000);
      const order: number[] = [];
      const waiting: Promise<void>[] = [];
      for (let i = 0; i < 5; i++) {
        waiting.push(
          make(side).using([name], 5000, async () => {
            order.push(i);
          }),
        );
        await vi.waitFor(async () => expect((await side.locks().inspect(name)).waiting).toBe(i + 1));
      }
      await lock.release();
      await Promise.all(waiting);
      expect(order).toEqual([0, 1, 2, 3, 4]);
    });

    it("P12 what cannot work is refused before anything is sent", async () => {
      const code = { code: "invalid-argument" };
      expect(() => new Facade([])).toThrow(expect.objectContaining(code));
      expect(() => new Facade([side.redis() as never])).toThrow(/ioredisStore\(client\)/);
      for (const settings of [{ retryCount: -2 }, { retryDelay: 0.5 }, { driftFactor: 0.1 }, { retry: 1 }])
        expect(() => make(side, settings as Settings)).toThrow(expect.objectContaining(code));
      const redlock = make(side);
      for (const resources of [[], [""], "x"])
        await expect(redlock.acquire(resources as string[], 1000)).rejects.toMatchObject(code);
      await expect(redlock.using([side.name()], 1000, {} as never)).rejects.toMatchObject(code);
      await redlock.quit();
    });
  });
});
