import { type ChildProcess, fork } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { restStore } from "@holdfast/core";
import { createCron } from "@holdfast/cron";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { onMessage } from "../../../examples/schedulers/src/qstash.ts";
import { startApp } from "../../platforms/app-process.ts";
import { TOKEN } from "../../support/fixture.ts";
import { denoPath, type Processes, processes } from "./processes.ts";
import { type Reports, startReports } from "./reports.ts";
import { startCopies } from "./worker-copies.ts";

// The cron jobs of examples/, each on its platform: what docs/cron/ shows.

describe("a cron job", { timeout: 60_000 }, () => {
  let gateway: Gateway;
  let reports: Reports;
  let apps: Processes;
  let env: Record<string, string>;

  beforeAll(async () => {
    [gateway, reports, apps] = await Promise.all([
      startGateway({ port: 0, tokens: TOKEN }),
      startReports(),
      processes(),
    ]);
    env = {
      UPSTASH_REDIS_REST_URL: gateway.url,
      UPSTASH_REDIS_REST_TOKEN: TOKEN,
      PAYMENTS_URL: reports.url,
    };
  });
  beforeEach(async () => {
    await gateway.command("FLUSHALL");
    reports.clear();
  });
  afterAll(async () => {
    await apps?.[Symbol.asyncDispose]();
    await reports?.stop();
    await gateway?.close();
  });

  const cron = () => createCron({ store: restStore({ url: gateway.url, token: TOKEN }) });
  const distinct = () => new Set(reports.taken).size;
  /** All that was reported, each time once. */
  function expectOnceEach(): void {
    expect([...reports.taken].sort()).toEqual([...new Set(reports.taken)].sort());
  }

  it("of a Cloudflare Worker runs once, fired twice at once on two copies and again later", async () => {
    const copies = await startCopies(2, env);
    try {
      const time = new Date(Math.floor(Date.now() / 60_000) * 60_000);
      const at = [0, 1, 0, 1].map((copy) => copies.fire(copy, time));
      expect(await Promise.all(at)).toEqual([200, 200, 200, 200]);
      expect(await copies.fire(1, time)).toBe(200);
      expect(reports.taken).toEqual([time.toISOString()]);
      expect(await cron().look("report", time)).toMatchObject({ state: "succeeded", attempt: 1 });

      reports.refuse(1);
      const next = new Date(time.getTime() - 60_000);
      expect(await copies.fire(0, next)).toBe(200);
      expect(await cron().look("report", next)).toMatchObject({ state: "succeeded", attempt: 2 });
    } finally {
      await copies.stop();
    }
  });

  it("of a Next route runs once, for whoever has the secret", async () => {
    const CRON_SECRET = "0123456789abcdef";
    const app = await startApp("next", "next", ["start", "-H", "127.0.0.1"], { ...env, CRON_SECRET });
    try {
      const get = (authorization?: string) =>
        fetch(`${app.url}/cron/report`, { headers: authorization === undefined ? {} : { authorization } });
      for (const wrong of [
        undefined,
        "",
        "Bearer",
        "Bearer undefined",
        "Bearer 0123456789abcdeF",
        CRON_SECRET,
      ])
        expect((await get(wrong)).status).toBe(401);
      expect(reports.taken).toEqual([]);
      const answers = await Promise.all(Array.from({ length: 5 }, () => get(`Bearer ${CRON_SECRET}`)));
      const bodies = await Promise.all(answers.map((answer) => answer.json()));
      expect(bodies.filter(({ outcome }) => outcome === "ran")).toHaveLength(1);
      expect(await (await get(`Bearer ${CRON_SECRET}`)).json()).toMatchObject({
        outcome: "skipped",
        why: "succeeded",
      });
      expect(reports.taken).toEqual([expect.stringMatching(/T03:00:00\.000Z$/)]);
    } finally {
      await app.stop();
    }
  });

  it("of Deno.cron runs once a minute in two processes that fire twice", async () => {
    const example = await apps.bundle("deno-deploy/cron.ts");
    // Deno's own schedules have minutes; docs/cron tells how to run with those.
    const main = await apps.write(
      "fire.mjs",
      `let fire;
       Deno.cron = (_name, _schedule, _options, handler) => { fire = handler; };
       await import(${JSON.stringify(example)});
       await Promise.all([fire(), fire()]);
       await fire();
       Deno.exit(0);`,
    );
    const run = () => apps.start(denoPath(), ["run", "--allow-all", main], env);
    const ended = [run(), run()].map((child) => once(child, "exit"));
    expect(await Promise.all(ended)).toEqual([
      [0, null],
      [0, null],
    ]);
    expectOnceEach();
    // The minute may have changed meanwhile.
    expect([1, 2]).toContain(distinct());
  });

  describe("of QStash", () => {
    const keys = { QSTASH_CURRENT_SIGNING_KEY: "sig_current", QSTASH_NEXT_SIGNING_KEY: "sig_next" };
    const url = "https://app.example/report";

    /** As QStash signs it (docs.upstash.com/qstash/features/security). */
    function message(
      id: string,
      { key = keys.QSTASH_CURRENT_SIGNING_KEY, body = "{}", signed = "" } = {},
    ): Request {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const now = Math.floor(Date.now() / 1000);
      const hash = createHash("sha256")
        .update(signed || body)
        .digest("base64url");
      const claims = {
        iss: "Upstash",
        sub: url,
        exp: now + 300,
        nbf: now - 5,
        iat: now,
        jti: id,
        body: hash,
      };
      const unsigned = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
      const signature = createHmac("sha256", key).update(unsigned).digest("base64url");
      const headers = {
        "upstash-signature": `${unsigned}.${signature}`,
        "upstash-message-id": id,
        "upstash-schedule-id": "scd_1",
      };
      return new Request(url, { method: "POST", headers, body });
    }
    const deliver = (request: Request) => onMessage(request, { ...env, ...keys } as never);

    it("runs once for each message, however often it is delivered, with either signing key", async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(message("msg_1"))));
      const statuses = answers.map(({ status }) => status);
      // Whoever came while it ran is to come back, and then there is nothing to do.
      expect(new Set(statuses)).toEqual(new Set([200, 503]));
      expect((await deliver(message("msg_1", { key: keys.QSTASH_NEXT_SIGNING_KEY }))).status).toBe(200);
      expect((await deliver(message("msg_2"))).status).toBe(200);
      expect(reports.taken).toEqual(["msg_1", "msg_2"]);
      const { jobs } = await cron().status();
      expect(jobs.map(({ job }) => job)).toEqual(["scd_1"]);
    });

    it("is refused without the signature", async () => {
      const unsigned = new Request(url, {
        method: "POST",
        headers: { "upstash-message-id": "msg_3" },
        body: "{}",
      });
      const forged = message("msg_3", { key: "sig_other" });
      const changed = message("msg_3", { body: '{"a":1}', signed: "{}" });
      for (const bad of [unsigned, forged, changed]) expect((await deliver(bad)).status).toBe(401);
      expect(reports.taken).toEqual([]);
    });

    it("is tried again by QStash after a failure, until it gives up", async () => {
      reports.refuse(1);
      expect((await deliver(message("msg_4"))).status).toBe(500);
      expect((await deliver(message("msg_4"))).status).toBe(200);
      reports.refuse(9);
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await deliver(message("msg_5"))).status);
      reports.refuse(0);
      expect(statuses).toEqual([500, 500, 489, 489]);
      expect(reports.taken).toEqual(["msg_4"]);
    });
  });

  it("of EventBridge runs once for each time of its rule, in functions that are frozen after each event", async () => {
    const file = await apps.bundle("aws-lambda/src/on-schedule.ts");
    const instance = fileURLToPath(new URL("../../platforms/lambda-instance.ts", import.meta.url));
    const instances = [0, 1].map(() =>
      fork(instance, [file], { env: { ...process.env, ...env }, execArgv: [] }),
    );
    try {
      await Promise.all(instances.map((child) => once(child, "message")));
      const time = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
      const event = { time, resources: ["arn:aws:events:eu-central-1:123456789012:rule/report"] };
      async function invoke(child: ChildProcess): Promise<{ outcome: string }> {
        child.kill("SIGCONT");
        const ended = once(child, "exit").then(() => Promise.reject(new Error("the function crashed")));
        const answered = Promise.race([once(child, "message"), ended]);
        child.send({ event, timeoutMs: 30_000 });
        const [outcome] = await answered;
        child.kill("SIGSTOP");
        return outcome;
      }
      const outcomes = await Promise.all(instances.map(invoke));
      outcomes.push(await invoke(instances[0] as ChildProcess));
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["ran", "skipped", "skipped"]);
      expect(reports.taken).toEqual([new Date(time).toISOString()]);
      expect((await cron().history("report")).map(({ host }) => host)).toContain("lambda");
    } finally {
      for (const child of instances) child.kill("SIGKILL");
    }
  });

  it.each(["node-cron", "croner"])("of %s runs once a second in two processes", async (scheduler) => {
    const file = await apps.bundle(`schedulers/src/${scheduler}.ts`);
    const children = [0, 1].map(() => apps.start(process.execPath, [file], env));
    await vi.waitFor(() => expect(distinct()).toBeGreaterThanOrEqual(4), { timeout: 20_000, interval: 50 });
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(children.map((child) => once(child, "exit")));
    expectOnceEach();
    for (const time of reports.taken) expect(time).toMatch(/\.000Z$/);
    expect(reports.mostAtOnce).toBe(1);
  });
});
