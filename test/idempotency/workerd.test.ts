import { fileURLToPath } from "node:url";
import { createLocks, restStore } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bundleApp } from "../support/bundle.ts";
import { TOKEN } from "../support/fixture.ts";
import { type Serving, serve } from "../support/serve.ts";
import { deployedCompatibility } from "../support/worker.ts";
import { type RunningWorker, startWorkerd } from "../support/workerd.ts";

describe("the middleware in workerd", () => {
  let gateway: Gateway;
  let effects: Serving;
  let start: () => Promise<RunningWorker>;
  const workers: RunningWorker[] = [];
  const asked: string[] = [];
  /** Answers to requests for an effect; without one they hang. */
  let answering = true;
  const hanging: (() => void)[] = [];

  beforeAll(async () => {
    const code = await bundleApp(fileURLToPath(new URL("worker.ts", import.meta.url)));
    gateway = await startGateway({ port: 0, tokens: TOKEN });
    effects = await serve((request, response) => {
      asked.push(request.url ?? "");
      const answer = () => response.end(`effect ${asked.length}`);
      if (answering) answer();
      else hanging.push(answer);
    });
    const compatibility = await deployedCompatibility();
    start = async () => {
      const worker = await startWorkerd({
        name: "payments",
        modules: new Map([["index.js", code]]),
        compatibility,
        env: { GATEWAY_URL: gateway.url, TOKEN, EFFECTS_URL: effects.url },
      });
      workers.push(worker);
      return worker;
    };
    await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await effects?.stop();
    await gateway?.close();
  });

  const pay = ({ url }: RunningWorker, key: string, path = "payments") =>
    fetch(`${url}/${path}`, {
      method: "POST",
      headers: {
        authorization: "Bearer ann",
        "content-type": "application/json",
        "idempotency-key": `"${key}"`,
      },
      body: '{"amount":1}',
    });
  const effectsOf = (key: string) => asked.filter((path) => path === `/${key}`).length;

  it("brings none of the service along", async () => {
    const code = await bundleApp(fileURLToPath(new URL("worker.ts", import.meta.url)));
    expect(code).toContain("Idempotency-Key");
    expect(code).not.toMatch(/zod|openapi|upstash\/redis/i);
  });

  it("has one effect for 20 requests at once over two copies, and remembers it", async () => {
    const [one, two] = workers as [RunningWorker, RunningWorker];
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pay(i % 2 ? one : two, "twenty")));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ body: { amount: 1 } });
    expect(effectsOf("twenty")).toBe(1);
    expect((await pay(one, "twenty")).headers.get("idempotent-replayed")).toBe("true");
  });

  it("holds a route's lock until its stream has ended, beyond its TTL", async () => {
    answering = false;
    const locks = createLocks({ store: restStore({ url: gateway.url, token: TOKEN }) });
    const [one, two] = workers as [RunningWorker, RunningWorker];
    const slowly = ({ url }: RunningWorker) => fetch(`${url}/slowly`, { method: "POST" });
    const first = await slowly(one);
    const granted = (await locks.inspect("slowly")).holders[0]?.expiresAt ?? 0;
    await vi.waitFor(
      async () =>
        expect((await locks.inspect("slowly")).holders[0]?.expiresAt).toBeGreaterThan(granted + 1000),
      5000,
    );
    expect((await slowly(two)).status).toBe(409);
    answering = true;
    for (const answer of hanging.splice(0)) answer();
    expect(await first.text()).toBe("begun ended");
    expect(await (await slowly(two)).text()).toBe("begun ended");
  });

  it("lets another copy run it after the first was killed at work", async () => {
    answering = false;
    const victim = await start();
    const [one] = workers as [RunningWorker];
    const first = pay(victim, "killed", "briefly").catch(() => "cut off");
    await vi.waitFor(() => expect(effectsOf("killed")).toBe(1), 5000);
    expect((await pay(one, "killed", "briefly")).status).toBe(409);
    await victim.stop();
    answering = true;
    await vi.waitFor(async () => expect((await pay(one, "killed", "briefly")).status).toBe(201), 10_000);
    expect(await first).toBe("cut off");
    expect(effectsOf("killed")).toBe(2);
  });
});
