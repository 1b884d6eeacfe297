import { createLocks, type Locks, restStore } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { realRedis, startRedisServer } from "@holdfast/testing/node";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startWorker } from "../support/worker.ts";
import { type App, example, startApp } from "./app-process.ts";
import { startLambda } from "./lambda.ts";
import { type Payments, startPayments } from "./payments.ts";

// The apps of examples/, as they were built, each on its platform: what docs/platforms/ shows.

const TOKEN = "test-token";

type Env = Record<string, string>;
type Start = (env: Env) => Promise<App>;

const overRest: Record<string, Start> = {
  "Cloudflare Worker": (env) => startWorker(env, "examples/cloudflare-worker"),
  "Next route handler": (env) => startApp("next", "next", ["start", "-H", "127.0.0.1"], env),
  "Deno Deploy": (env) =>
    startApp("deno-deploy", "deno", ["run", "--allow-net", "--allow-env", "main.ts"], env),
  "Bun server": (env) => startApp("bun-server", "bun", ["server.ts"], env),
  "AWS Lambda": (env) => startLambda(`${example("aws-lambda")}/dist/handler.mjs`, env),
};
const overTcp: Record<string, Start> = Object.fromEntries(
  ["express", "fastify", "nest"].map((name) => [
    name,
    (env: Env) => startApp("node-servers", process.execPath, [`dist/${name}.mjs`], env),
  ]),
);

interface Backend {
  readonly gateway: Gateway;
  readonly redisUrl?: string;
  stop(): Promise<void>;
}

async function embedded(): Promise<Backend> {
  const gateway = await startGateway({ port: 0, tokens: TOKEN });
  return { gateway, stop: () => gateway.close() };
}

async function real(): Promise<Backend> {
  const server = await startRedisServer();
  const gateway = await startGateway({ port: 0, tokens: TOKEN, redisUrl: server.url });
  return {
    gateway,
    redisUrl: server.url,
    async stop() {
      await gateway.close();
      await server.stop();
    },
  };
}

platforms("over REST, on embedded Valkey", embedded, overRest);
describe.skipIf(realRedis() === null)("", () => {
  platforms("over TCP, on redis-server", real, overTcp);
});

function platforms(title: string, startBackend: () => Promise<Backend>, starts: Record<string, Start>): void {
  describe.concurrent.each(Object.entries(starts))(`%s ${title}`, { timeout: 60_000 }, (platform, start) => {
    let backend: Backend;
    let payments: Payments;
    let app: App;
    let locks: Locks;
    let ids = 0;
    const id = () => `${platform.replaceAll(/\W/g, "")}${++ids}`;
    const post = (invoice: string) => fetch(`${app.url}/invoices/${invoice}/pay`, { method: "POST" });

    beforeAll(async () => {
      [backend, payments] = await Promise.all([startBackend(), startPayments()]);
      const { gateway, redisUrl } = backend;
      app = await start({
        UPSTASH_REDIS_REST_URL: gateway.url,
        UPSTASH_REDIS_REST_TOKEN: TOKEN,
        PAYMENTS_URL: payments.url,
        ...(redisUrl && { REDIS_URL: redisUrl }),
      });
      locks = createLocks({ store: restStore({ url: gateway.url, token: TOKEN }) });
    });
    afterAll(async () => {
      await app?.stop();
      await payments?.stop();
      await backend?.stop();
    });

    it("charges an invoice once, however many requests come at the same time", async () => {
      const invoice = id();
      const answers = await Promise.all(Array.from({ length: 5 }, () => post(invoice)));
      const bodies = await Promise.all(answers.map((answer) => answer.json()));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect(bodies.map(({ status }) => status).sort()).toEqual([
        ...Array.from({ length: 4 }, () => "already paid"),
        "paid",
      ]);
      expect(payments.charges(invoice)).toBe(1);
      expect(payments.mostAtOnce).toBe(1);
      expect(await locks.inspect(`invoice:${invoice}`)).toMatchObject({ held: false, waiting: 0 });
    });

    it("says when to come back while somebody else has the invoice, and leaves the queue", async () => {
      const invoice = id();
      await using _mine = await locks.acquire(`invoice:${invoice}`);
      const answer = await post(invoice);
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([409, "2"]);
      // Leaving the queue may go on after the answer.
      await vi.waitFor(async () =>
        expect(await locks.inspect(`invoice:${invoice}`)).toMatchObject({ held: true, waiting: 0 }),
      );
      expect(payments.charges(invoice)).toBe(0);
    });

    it("ends its work when the lock is lost", async () => {
      const invoice = id();
      payments.stall(invoice);
      const answer = post(invoice);
      await payments.begun(invoice);
      await locks.forceRelease(`invoice:${invoice}`);
      await payments.hungUp(invoice);
      expect((await answer).status).toBe(503);
      expect(payments.charges(invoice)).toBe(0);
    });
  });
}
