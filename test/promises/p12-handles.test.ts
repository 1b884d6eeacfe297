import type { LeaseJSON } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { expectMistake, expectThrownMistake } from "../support/unsent.ts";

const genuine: LeaseJSON = {
  version: 1,
  name: "name",
  mode: "exclusive",
  owner: "0123456789012345678901",
  attemptId: "attempt-1",
  fence: 7,
  acquiredAt: 1_700_000_000_000,
  expiresAt: 1_700_000_030_000,
  ttlMs: 30_000,
};
const without = (field: keyof LeaseJSON) => {
  const { [field]: _, ...rest } = genuine;
  return rest;
};

const garbage: [what: string, value: unknown, text: RegExp][] = [
  ["nothing", undefined, /adopt needs the parsed JSON/],
  ["null", null, /adopt needs the parsed JSON/],
  ["the JSON as text", JSON.stringify(genuine), /parsed JSON/],
  ["a name", "name", /parsed JSON/],
  ["a list", [genuine], /parsed JSON/],
  ["an empty object", {}, /parsed JSON/],
  ["a later version", { ...genuine, version: 2 }, /adopt/],
  ["a bad name", { ...genuine, name: "" }, /name must not be empty/],
  ["another mode", { ...genuine, mode: "whatever" }, /mode/],
  ["an owner that no lease has", { ...genuine, owner: "a b c d e f" }, /owner/],
  ["an owner with a line break", { ...genuine, owner: "0123456789\n" }, /owner/],
  ["an attempt that no lease has", { ...genuine, attemptId: "" }, /attemptId/],
  ["a fence as text", { ...genuine, fence: "7" }, /fence/],
  ["a fractional fence", { ...genuine, fence: 7.5 }, /fence/],
  ["a negative fence", { ...genuine, fence: -7 }, /fence/],
  ["a fence beyond what numbers carry", { ...genuine, fence: 2 ** 53 }, /fence/],
  ["a date as text", { ...genuine, acquiredAt: "2026-01-01" }, /acquiredAt/],
  ["a TTL out of range", { ...genuine, ttlMs: 0 }, /ttlMs .* 10 to 86400000/],
  ...(
    ["version", "name", "mode", "owner", "attemptId", "fence", "acquiredAt", "expiresAt", "ttlMs"] as const
  ).map((field): [string, unknown, RegExp] => [
    `no ${field}`,
    without(field),
    field === "version" ? /adopt/ : new RegExp(field),
  ]),
];

onEveryEngine("P12 leases", (f) => {
  it("release() twice, also at once, answers the same and asks once", async () => {
    const { locks, network } = f.client();
    const lease = await locks.acquire(f.name());
    network.clear();
    expect(await Promise.all([lease.release(), lease.release()])).toEqual(["released", "released"]);
    const asked = network.requests.length;
    expect(await lease.release()).toBe("released");
    await lease[Symbol.asyncDispose]();
    expect(network.requests.length).toBe(asked);
  });

  it("extend() after release() is a mistake, and sends nothing", async () => {
    const { locks, network } = f.client();
    const lease = await locks.acquire(f.name());
    await lease.release();
    network.clear();
    await expectMistake(() => lease.extend(), /released; acquire again/);
    expect(network.requests).toEqual([]);
  });

  it("extend() after the lease was lost says so, and sends nothing", async () => {
    const { locks, network } = f.client();
    const name = f.name();
    const lease = await locks.acquire(name);
    await f.client().locks.forceRelease(name);
    await expect(lease.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
    network.clear();
    await expect(lease.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
    expect(await lease.release()).toBe("lost");
    expect(network.requests).toEqual([]);
  });

  it.each([-1, 0, 9, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 86_400_001, "5000", null, {}, 5000n])(
    "extend(%s) is a mistake, and sends nothing",
    async (ttlMs) => {
      const { locks, network } = f.client();
      const lease = await locks.acquire(f.name());
      network.clear();
      await expectMistake(() => lease.extend(ttlMs as number), /ttlMs .* 10 to 86400000/);
      expect(network.requests).toEqual([]);
      expect(lease.remainingMs()).toBeGreaterThan(0);
      await lease.release();
    },
  );

  it("adopting a lease asks nothing until it is used, and proves nothing before", async () => {
    const name = f.name();
    const lease = await f.client().locks.acquire(name);
    const { locks, network } = f.client();
    const adopted = locks.adopt(JSON.parse(JSON.stringify(lease)));
    expect(network.requests).toEqual([]);
    expect(adopted.remainingMs()).toBe(0);
    expect(await adopted.extend()).toBeGreaterThan(0);
    expect(await adopted.release()).toBe("released");
  });

  it("adopting a lease that nobody has gets nothing", async () => {
    const name = f.name();
    const lease = await f.client().locks.acquire(name);
    const stranger = f
      .client()
      .locks.adopt({ ...lease.toJSON(), owner: "0123456789012345678901", attemptId: "attempt-of-mine" });
    await expect(stranger.extend()).rejects.toMatchObject({ code: "lost" });
    expect(stranger.signal.aborted).toBe(true);
    expect(await stranger.release()).toBe("lost");
    expect(await lease.release()).toBe("released");
  });

  describe("adopt refuses", () => {
    it.each(garbage)("%s", (_, value, text) => {
      const { locks, network } = f.client();
      expectThrownMistake(() => locks.adopt(value), text);
      expect(network.requests).toEqual([]);
    });
  });
});
