import { check, equal, until } from "./expect.ts";
import type { Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a scenario expects of it, it says itself
  readonly json: any;
}

/** One request to the lock service, as a program does that has no SDK. */
async function call(world: World, verb: string, body?: unknown, key = world.apiKey): Promise<Answer> {
  const { workerUrl, namespace, name } = world;
  const path = `/v1/locks/${encodeURIComponent(`${namespace}:${name}`)}${verb && `/${verb}`}`;
  const response = await fetch(workerUrl + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, json: await response.json() };
}

export const overHttp: Scenario = {
  name: "HTTP: acquire to release",
  async run(world) {
    const { status, json } = await call(world, "acquire", { ttlMs: 20_000, waitMs: 0 });
    equal(status, 200, "acquire");
    const { owner, fence, remainingMs } = json.lease;
    check(remainingMs > 10_000 && remainingMs <= 20_000, `${remainingMs} ms remain of 20 s`);

    const held = await call(world, "acquire", { waitMs: 0 });
    equal([held.status, held.json.code], [409, "held"], "a second acquire");
    check(Number(held.headers.get("retry-after")) > 0, "when to come back cannot be read");
    const seen = await call(world, "");
    equal([seen.status, seen.json.held, seen.json.lastFence], [200, true, fence], "inspect");
    check(!JSON.stringify(seen.json).includes(owner), "inspect tells the owner");

    const extended = await call(world, "extend", { owner, fence, ttlMs: 60_000 });
    check(extended.json.lease?.remainingMs > 20_000, `extend: ${JSON.stringify(extended.json)}`);
    const released = await call(world, "release", { owner, fence });
    equal([released.status, released.json.outcome], [200, "released"], "release");
    equal((await call(world, "")).json.held, false, "held after release");
  },
};

export const overHttpWaiting: Scenario = {
  name: "HTTP: wait",
  async run(world) {
    const first = await call(world, "acquire", { waitMs: 0 });
    const waiting = call(world, "acquire", { waitMs: 20_000 });
    await until(async () => (await call(world, "")).json.waiting === 1, "the waiter is in the queue");
    await call(world, "release", { owner: first.json.lease.owner });
    const second = await waiting;
    equal(second.status, 200, "the wait");
    check(second.json.lease.fence > first.json.lease.fence, "the fence rises");
    await call(world, "release", { owner: second.json.lease.owner });
  },
};

export const overHttpRefused: Scenario = {
  name: "HTTP: refusals",
  async run(world) {
    const wrong = await call(world, "", undefined, "not-the-key");
    equal([wrong.status, wrong.json.code], [401, "unauthorized"], "a wrong key");
    const bad = await call(world, "acquire", { ttlMs: 1.5 });
    equal([bad.status, bad.json.errors?.[0]?.field], [422, "ttlMs"], "a bad value");
    const lost = await call(world, "extend", { owner: "nobody-at-all" });
    equal([lost.status, lost.json.code], [409, "lost"], "an extension of nothing");
  },
};
