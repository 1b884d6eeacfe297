import { createHash } from "node:crypto";
import { createLocks, restStore } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";
import { expectMistake, expectThrownMistake, forbiddenFetch } from "../support/unsent.ts";

onEveryEngine("election: leader", (f) => {
  it("says who leads, since when and until when, and gives no secret away", async () => {
    const name = f.name();
    const { locks } = f.client();
    const election = locks.election(name);
    expect(await election.leader()).toBeUndefined();

    const before = Date.now();
    const leadership = await election.campaign({ metadata: { host: "a b" }, ttlMs: 20_000 });
    const leader = await f.client().locks.election(name).leader();
    if (!leader) throw new Error("nobody leads");
    expect(leader).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{40}$/),
      metadata: { host: "a b" },
      fence: leadership.fence,
      since: expect.any(Number),
      expiresAt: expect.any(Number),
    });
    expect(Math.abs(leader.since - before)).toBeLessThan(2000);
    expect(leader.expiresAt - leader.since).toBeGreaterThan(17_000);
    expect(leader.expiresAt - leader.since).toBeLessThanOrEqual(21_000);

    await leadership.resign();
    expect(await election.leader()).toBeUndefined();
  });

  it("asks once, and not for those who wait", async () => {
    const name = f.name();
    const leadership = await f.client().locks.election(name).campaign();
    const stop = new AbortController();
    const metadata = "candidate".repeat(50);
    const waiting = Array.from({ length: 5 }, () =>
      f.client().locks.election(name).campaign({ signal: stop.signal, metadata }),
    );
    const { locks, network } = await f.warmClient();
    await expect.poll(async () => (await locks.inspect(name)).waiting).toBe(5);
    network.clear();
    let answer = "";
    const recording = f.client({
      fetch: async (...request) => {
        const response = await fetch(...request);
        answer = await response.clone().text();
        return response;
      },
    });
    expect((await recording.locks.election(name).leader())?.fence).toBe(leadership.fence);
    expect(answer.split("candidate").length - 1).toBeLessThanOrEqual(50);
    await locks.election(name).leader();
    expect(network.requests).toHaveLength(1);
    stop.abort();
    await Promise.allSettled(waiting);
    await leadership.resign();
  });

  it("tells by a hash that proves nothing", async () => {
    const name = f.name();
    const { locks } = f.client();
    const lease = await locks.acquire(name);
    const { attemptId } = lease.toJSON();
    const hash = createHash("sha1").update(attemptId).digest("hex");
    expect(await locks.election(name).leader()).toMatchObject({ hash, fence: lease.fence });
    await lease.release();
  });
});

describe("election: P12 mistakes", () => {
  const network = forbiddenFetch();
  const store = restStore({ url: "http://127.0.0.1:1", token: TOKEN, fetch: network.fetch });
  const locks = createLocks({ store });
  const bad = (value: unknown) => value as never;

  it("refuses names that are none", () => {
    expectThrownMistake(() => locks.election(""), /empty/);
    expectThrownMistake(() => locks.election(bad(5)), /string/);
    expectThrownMistake(() => locks.election("x".repeat(513)), /512/);
  });

  it("refuses campaigns that cannot work, and sends nothing", async () => {
    const election = locks.election("x");
    await expectMistake(() => election.campaign(bad(null)), /object/);
    await expectMistake(() => election.campaign(bad({ waitMs: 5 })), /unknown campaign option "waitMs"/);
    await expectMistake(() => election.campaign({ ttlMs: 9 }), /ttlMs/);
    await expectMistake(() => election.campaign({ maxHoldMs: 29_999 }), /maxHoldMs .* \(at least ttlMs\)/);
    await expectMistake(() => election.campaign({ maxHoldMs: 2 ** 31 }), /maxHoldMs/);
    await expectMistake(() => election.campaign({ maxHoldMs: bad("1h") }), /maxHoldMs/);
    await expectMistake(() => election.campaign({ metadata: bad(1n) }), /metadata/);
    await expectMistake(() => election.campaign({ signal: bad({}) }), /signal/);
    expect(network.requests).toEqual([]);
  });

  it("refuses observations that cannot work, and sends nothing", () => {
    const election = locks.election("x");
    for (const intervalMs of [0, 99, 1000.5, 3_600_001, Number.POSITIVE_INFINITY])
      expectThrownMistake(() => election.observe({ intervalMs }), /intervalMs/);
    expectThrownMistake(() => election.observe(bad({ interval: 5 })), /unknown observe option "interval"/);
    expectThrownMistake(() => election.observe({ signal: bad({}) }), /signal/);
    expect(network.requests).toEqual([]);
  });
});
