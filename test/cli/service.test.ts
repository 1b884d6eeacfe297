import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { KEY, type RunningService, startService } from "../client/service.ts";
import { commandLine, PATIENCE } from "./cli.ts";

// The command line over the lock service: HOLDFAST_URL and HOLDFAST_API_KEY.

let service: RunningService;
beforeAll(async () => {
  service = await startService({ history: {} });
});
afterAll(() => service[Symbol.asyncDispose]());

const cli = commandLine();
const env = () => ({ HOLDFAST_URL: service.url, HOLDFAST_API_KEY: KEY });

it("locks: waits its turn, and gives back", async () => {
  const name = service.name();
  const held = cli.start(["lock", name, "--", "sh", "-c", "echo ready; cat"], { env: env() });
  await held.says("ready");
  const waiting = cli.start(["lock", name, "--", "sh", "-c", "echo mine; exec sleep 30"], { env: env() });
  await vi.waitFor(async () => expect((await service.beside.inspect(name)).waiting).toBe(1), PATIENCE);
  held.child.stdin?.end();
  expect(await held.ended).toMatchObject({ code: 0, err: "" });
  await waiting.says("mine");
  waiting.child.kill("SIGTERM");
  expect((await waiting.ended).code).toBe(143);
  expect(await service.beside.inspect(name)).toMatchObject({ held: false, waiting: 0 });
});

it("break says why to the service's history, and the command is told", async () => {
  const name = service.name();
  const held = cli.start(["lock", name, "--ttl", "4s", "--", "sh", "-c", "echo ready; exec sleep 30"], {
    env: env(),
  });
  await held.says("ready");
  const broken = await cli.run(["break", name, "--reason", "its host is gone", "--yes"], { env: env() });
  expect(broken).toMatchObject({ code: 0, out: `Broken: "${name}".\n` });
  expect((await held.ended).code).toBe(75);
  const told = async () => {
    const headers = { authorization: `Bearer ${KEY}` };
    const answer = await fetch(`${service.url}/v1/history?name=${name}`, { headers });
    return ((await answer.json()) as { events: { type: string; reason?: string }[] }).events;
  };
  await vi.waitFor(async () => {
    expect(await told()).toContainEqual(
      expect.objectContaining({ type: "broken", reason: "its host is gone" }),
    );
  }, PATIENCE);
});

it("lists and inspects", async () => {
  const name = service.name();
  const lease = await service.beside.acquire(name);
  expect((await cli.run(["ls", "--prefix", name], { env: env() })).out).toMatch(`${name}  mutex`);
  const { out } = await cli.run(["inspect", name, "--json"], { env: env() });
  expect(JSON.parse(out)).toMatchObject({ name, held: true, lastFence: lease.fence });
  await lease.release();
});

it("runs an occurrence once, and shows the runs", async () => {
  const job = service.name();
  const run = ["run", "--job", job, "--occurrence", "2026-11-21T02:00:00Z", "--", "echo", "once"];
  expect(await cli.run(run, { env: env() })).toMatchObject({ code: 0, out: "once\n" });
  expect(await cli.run(run, { env: env() })).toMatchObject({ code: 0, out: "" });
  const { out } = await cli.run(["history", job, "--json"], { env: env() });
  expect(JSON.parse(out).runs).toMatchObject([{ state: "skipped" }, { state: "succeeded" }]);
});

it("a wrong key is 77, and half a connection 78", async () => {
  const wrong = await cli.run(["ls"], { env: { ...env(), HOLDFAST_API_KEY: "wrong-secret" } });
  expect(wrong).toMatchObject({ code: 77, out: "" });
  expect(wrong.err).not.toContain("wrong-secret");
  const half = await cli.run(["ls"], { env: { HOLDFAST_URL: service.url } });
  expect(half).toMatchObject({ code: 78, err: expect.stringContaining("HOLDFAST_API_KEY is not") });
});
