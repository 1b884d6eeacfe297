/** Several independent servers, as redlock's documentation sets them up: on the original and on the facade. */
import { restStore } from "@holdfast/core";
import Facade, { type ExecutionError, type Settings } from "@holdfast/core/compat/redlock";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { type RedisServer, redisServerPath, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import Original from "redlock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { gate } from "../support/gate.ts";

const TOKEN = "token";
let names = 0;
const newName = () => `resource-${++names}`;
const quick = { retryCount: 0 };

describe.skipIf(redisServerPath() === null && !process.env.CI)("redlock over three servers", () => {
  let servers: RedisServer[] = [];
  let gateways: Gateway[] = [];
  let connections: Redis[] = [];
  beforeAll(async () => {
    servers = await Promise.all([1, 2, 3].map(() => startRedisServer()));
    gateways = await Promise.all(
      servers.map(({ url: redisUrl }) => startGateway({ port: 0, tokens: TOKEN, redisUrl, faults: true })),
    );
    connections = servers.map(({ url }) => new Redis(url, { maxRetriesPerRequest: 0 }));
    for (const connection of connections) connection.on("error", () => {});
  });
  afterEach(async () => {
    for (const { faults } of gateways) faults.clear();
    await Promise.all(servers.map((server) => server.kill("SIGCONT")));
  });
  afterAll(async () => {
    for (const connection of connections) connection.disconnect();
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await Promise.all(servers.map((server) => server.stop()));
  });
  const rest = () => gateways.map(({ url }) => restStore({ url, token: TOKEN }));
  const facade = (settings?: Partial<Settings>) => new Facade(rest(), settings);
  /** The facade on some of the servers, asking once. */
  const on = (...some: number[]) =>
    new Facade(
      rest().filter((_, server) => some.includes(server)),
      quick,
    );
  const original = (settings?: Partial<Settings>) => new Original(connections, settings);
  let name = "";
  beforeEach(() => {
    name = newName();
  });

  describe.each(Object.entries({ original, facade }))("%s", (_, make) => {
    it("a majority decides, and every server votes", async () => {
      const lock = await make().acquire([name], 5000);
      const [votes] = await Promise.all(lock.attempts);
      expect(votes).toMatchObject({ membershipSize: 3, quorumSize: 2 });
      expect(votes?.votesFor.size).toBe(3);
      await expect(make(quick).acquire([name], 5000)).rejects.toThrow();
      await lock.release();
      await (await make(quick).acquire([name], 5000)).release();
    });

    it("two who come at once: one gets it, and the other after it", async () => {
      let inside = 0;
      const work = (redlock: ReturnType<typeof make>) =>
        redlock.using([name], 5000, async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 5));
          inside--;
        });
      const patient = { retryCount: 50, retryDelay: 40, retryJitter: 35 };
      await Promise.all([work(make(patient)), work(make(patient)), work(make(patient))]);
    });

    it("one server is silent: it is not waited for", async () => {
      const redlock = make(quick);
      await (await redlock.acquire([newName()], 5000)).release();
      await servers[1]?.kill("SIGSTOP");
      const started = performance.now();
      let lock = await redlock.acquire([name], 5000);
      lock = await lock.extend(5000);
      await lock.release();
      expect(performance.now() - started).toBeLessThan(1000);
    });
  });

  it("two servers are silent: there is no lock, it says unavailable, and what one gave is given back", async () => {
    const redlock = facade(quick);
    await (await redlock.acquire([newName()], 5000)).release();
    await Promise.all([1, 2].map((server) => servers[server]?.kill("SIGSTOP")));
    await expect(redlock.acquire([name], 600)).rejects.toMatchObject({ code: "unavailable" });
    await Promise.all([1, 2].map((server) => servers[server]?.kill("SIGCONT")));
    const next = await facade({ retryCount: 20 }).acquire([name], 5000);
    expect(next.expiration).toBeGreaterThan(Date.now());
    await next.release();
  });

  it("a vote that comes too late gives back what it got", async () => {
    const held = await on(0, 1).acquire([name], 20_000);
    gateways[2]?.faults.inject({ action: "delay-reply", delayMs: 200 });
    const error = await facade(quick)
      .acquire([name], 20_000)
      .catch((error) => error);
    expect(error).toMatchObject({ code: "timeout" });
    const [votes] = await Promise.all((error as ExecutionError).attempts);
    expect(votes?.votesFor.size).toBe(1);
    await vi.waitFor(() => on(2).acquire([name], 1000), 5000);
    await held.release();
  });

  it("a round that fails leaves nothing in the way of the next", async () => {
    const held = await on(1, 2).acquire([name], 20_000);
    const settings = { retryCount: 2, retryDelay: 10, retryJitter: 5 };
    const error = await facade(settings)
      .acquire([name], 20_000)
      .catch((error) => error);
    const rounds = await Promise.all((error as ExecutionError).attempts);
    // Each round got the first server anew.
    expect(rounds.map(({ votesFor }) => votesFor.size)).toEqual([1, 1, 1]);
    await (await on(0).acquire([name], 1000)).release();
    await held.release();
  });

  it("P5 the majority is lost: the signal says so before anybody else can have one", async () => {
    const [begun, over] = [gate(), gate()];
    let endedAt = 0;
    const working = facade().using([name], 700, async (signal) => {
      signal.addEventListener("abort", () => {
        endedAt = Date.now();
        expect(signal.error).toMatchObject({ code: "lost" });
      });
      begun.open();
      await over.opened;
    });
    await begun.opened;
    await servers[0]?.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(endedAt).toBe(0);
    const stoppedAt = Date.now();
    await servers[1]?.kill("SIGSTOP");
    await vi.waitFor(() => expect(endedAt).toBeGreaterThan(0), { timeout: 3000 });
    expect(endedAt - stoppedAt).toBeLessThan(750);
    over.open();
    await working;
  });
});
