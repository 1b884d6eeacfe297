import { cronCommands } from "@holdfast/client/cron";
import { HoldfastError, restStore } from "@holdfast/core";
import { createCron, createCronOver, createOnceOver } from "@holdfast/cron";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEY, type RunningService, startService } from "../client/service.ts";

// The same jobs behind the lock service: for handlers that must not hold the database's token.

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service[Symbol.asyncDispose]());

const AT = "2026-11-21T02:00:00.000Z";

function cronOf(token: string = KEY) {
  const { client, network } = service.client({ token });
  const over = { commands: cronCommands(client), locks: client };
  return { cron: createCronOver(over, { host: "edge-1" }), once: createOnceOver(over), network };
}

async function keyFor(prefix: string): Promise<string> {
  const response = await fetch(`${service.url}/v1/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({
      label: "cron",
      scopes: ["locks:acquire", "locks:read"],
      prefixes: [prefix],
    }),
  });
  return (await response.json()).key;
}

describe("jobs over the lock service", () => {
  it("an occurrence runs once, whoever it is delivered to", async () => {
    const job = service.name();
    const [ours, theirs] = [cronOf(), cronOf()];
    const ran = await ours.cron.run({ job, occurrence: AT }, ({ fence }) => ({ fence }));
    expect(ran).toMatchObject({ outcome: "ran", attempt: 1, recorded: true });
    const again = theirs.cron.run({ job, occurrence: AT }, () => expect.unreachable());
    expect(await again).toMatchObject({
      outcome: "skipped",
      why: "succeeded",
      result: ran.outcome === "ran" && ran.result,
    });
    // And whoever has the database sees the same.
    const store = restStore({ url: service.gateway.url, token: "redis-token" });
    expect(await createCron({ store }).history(job)).toMatchObject([
      { state: "skipped", why: "succeeded" },
      { state: "succeeded", occurrence: AT, host: "edge-1" },
    ]);
    expect(await theirs.cron.history(job)).toEqual(await createCron({ store }).history(job));
  });

  it("a lost answer costs a retry: of begin, and of finish", async () => {
    // The acquire, then these.
    for (const index of [1, 2]) {
      const job = service.name();
      const { cron, network } = cronOf();
      network.fail({ action: "drop-reply", when: (_, i) => i === index });
      let runs = 0;
      const outcome = await cron.run({ job, occurrence: AT }, () => ++runs);
      expect(outcome).toMatchObject({ outcome: "ran", recorded: true, attempt: 1 });
      expect(runs).toBe(1);
      expect((await cron.history(job)).map(({ state }) => state)).toEqual(["succeeded"]);
      const lost = network.requests.find(({ faults }) => faults.length > 0);
      expect(lost?.url).toMatch(index === 1 ? /begin$/ : /finish$/);
    }
  });

  it("a key's effect is had once, and its result is remembered", async () => {
    const key = service.name();
    const { once } = cronOf();
    expect(await once(key, () => [1, "two"])).toMatchObject({ outcome: "ran" });
    expect(await once(key, () => expect.unreachable())).toEqual({
      outcome: "remembered",
      result: [1, "two"],
    });
  });

  it("a result too long for a request is not remembered; that it succeeded is", async () => {
    const job = service.name();
    const { cron } = cronOf();
    await cron.run({ job, occurrence: AT, maxResultLength: 100_000 }, () => "é".repeat(20_000));
    expect(await cron.look(job, AT)).toMatchObject({ state: "succeeded", remembered: false, result: null });
  });

  it("the service lists jobs, and says which are overdue", async () => {
    const job = service.name();
    const { cron } = cronOf();
    await cron.run({ job, occurrence: AT, schedule: "0 2 * * *" }, () => {});
    const { jobs } = await cron.status({ prefix: job });
    expect(jobs).toMatchObject([{ job, schedule: "0 2 * * *", latest: { state: "succeeded" } }]);
    const response = await fetch(`${service.url}/v1/jobs?prefix=${job}`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(await response.json()).toMatchObject({
      jobs: [{ job, overdue: jobs[0]?.overdue, nextAt: jobs[0]?.nextAt?.getTime() }],
    });
  });

  it("a key's prefixes are those of the lock's name", async () => {
    const job = service.name();
    const { cron, once } = cronOf(await keyFor(`cron:${job}`));
    expect(await cron.run({ job, occurrence: AT }, () => 1)).toMatchObject({ outcome: "ran" });
    expect((await cron.status()).jobs.map((one) => one.job)).toEqual([job]);
    const denied = { code: "unauthorized" };
    await expect(cron.run({ job: service.name(), occurrence: AT }, () => 1)).rejects.toMatchObject(denied);
    await expect(cron.history(service.name())).rejects.toMatchObject(denied);
    await expect(once(job, () => 1)).rejects.toBeInstanceOf(HoldfastError);
  });
});
