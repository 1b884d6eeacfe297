import { describe, expect, it, vi } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";
import { BEGIN, cronClient, FINISH } from "./client.ts";

onEveryEngine("once", (f) => {
  it("runs the first call, and gives the others its result", async () => {
    const key = f.name();
    const charge = vi.fn(() => ({ id: "ch_1", amount: 420 }));
    const first = await cronClient(f).once(key, charge);
    expect(first).toMatchObject({ outcome: "ran", result: { id: "ch_1", amount: 420 }, recorded: true });
    expect(await cronClient(f).once(key, charge)).toEqual({
      outcome: "remembered",
      result: { id: "ch_1", amount: 420 },
    });
    expect(charge).toHaveBeenCalledOnce();
  });

  it("has concurrent calls wait for the first one", async () => {
    const key = f.name();
    const charge = vi.fn(async ({ attempt }: { attempt: number }) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return attempt;
    });
    const results = await Promise.all(Array.from({ length: 5 }, () => cronClient(f).once(key, charge)));
    expect(results.map(({ result }) => result)).toEqual([1, 1, 1, 1, 1]);
    expect(results.filter(({ outcome }) => outcome === "ran")).toHaveLength(1);
    expect(charge).toHaveBeenCalledOnce();
  });

  it("tells at once, if asked to, that another call runs, and when to come again", async () => {
    const key = f.name();
    const [began, end] = [gate(), gate()];
    const first = cronClient(f).once(key, async () => {
      began.open();
      await end.opened;
    });
    await began.opened;
    const never = vi.fn();
    await expect(cronClient(f).once(key, never, { waitMs: 0 })).rejects.toMatchObject({
      code: "timeout",
      freeInMs: expect.toSatisfy((ms: number) => ms > 20_000 && ms <= 30_000),
    });
    end.open();
    await first;
    expect(await cronClient(f).once(key, never)).toEqual({ outcome: "remembered", result: undefined });
    expect(never).not.toHaveBeenCalled();
  });

  it("leaves the key to the next call when the function throws", async () => {
    const key = f.name();
    const { once } = cronClient(f);
    const failing = () => once(key, () => Promise.reject(new Error("card declined")));
    await expect(failing()).rejects.toThrow("card declined");
    await expect(failing()).rejects.toThrow("card declined");
    expect(await once(key, ({ attempt }) => attempt)).toMatchObject({ outcome: "ran", result: 3 });
  });

  it("frees the key of a run that crashed after its lease", async () => {
    const key = f.name();
    const crashing = cronClient(f);
    const dead = crashing.once(
      key,
      () => {
        crashing.crash();
        return new Promise<never>(() => {});
      },
      { ttlMs: 1000, graceMs: 0 },
    );
    dead.catch(() => {});
    await vi.waitFor(() => expect(crashing.network.requests.length).toBeGreaterThan(1));
    expect(await cronClient(f).once(key, ({ attempt }) => attempt)).toMatchObject({
      outcome: "ran",
      result: 2,
    });
    await expect(dead).rejects.toMatchObject({ code: "lost" });
  });

  it.each([
    ["begin", BEGIN],
    ["finish", FINISH],
  ])("survives a lost reply of %s", async (_, when) => {
    const key = f.name();
    const { once, network } = cronClient(f);
    network.fail({ action: "drop-reply", when });
    const fn = vi.fn(() => "done");
    expect(await once(key, fn)).toMatchObject({ outcome: "ran", recorded: true });
    expect(await once(key, fn)).toMatchObject({ outcome: "remembered", result: "done" });
    expect(fn).toHaveBeenCalledOnce();
  });

  describe("a fingerprint", () => {
    it("keeps a key to what it was used for, while it runs and later", async () => {
      const key = f.name();
      const [began, end] = [gate(), gate()];
      const { once } = cronClient(f);
      const first = once(
        key,
        async () => {
          began.open();
          await end.opened;
          return 1;
        },
        { fingerprint: "body-1" },
      );
      await began.opened;
      const other = () => cronClient(f).once(key, () => 2, { fingerprint: "body-2" });
      await expect(other()).rejects.toMatchObject({ code: "kind-mismatch" });
      end.open();
      await first;
      await expect(other()).rejects.toMatchObject({ code: "kind-mismatch" });
      expect(await once(key, () => 2, { fingerprint: "body-1" })).toMatchObject({ result: 1 });
      expect(await once(key, () => 2)).toMatchObject({ result: 1 });
    });
  });

  describe("a result", () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    it.each([
      ["too long", "x".repeat(8191), /8193 characters of JSON, of at most 8192/],
      ["no JSON", cyclic, /not a value that JSON can carry/],
      ["a function", () => 1, /not a value that JSON can carry/],
    ])("that is %s is refused clearly, and the function does not run again", async (_, result, text) => {
      const key = f.name();
      const { once } = cronClient(f);
      const fn = vi.fn(() => result);
      await expect(once(key, fn)).rejects.toMatchObject({
        code: "invalid-argument",
        message: expect.stringMatching(text),
      });
      await expect(once(key, fn)).rejects.toMatchObject({ code: "invalid-argument" });
      expect(fn).toHaveBeenCalledOnce();
    });

    it.each([["x".repeat(8190)], [null], [""], [0], [["ü", "😀", "\n"]]])("can be %j", async (result) => {
      const key = f.name();
      const { once } = cronClient(f);
      await once(key, () => result);
      expect(await once(key, () => "again")).toEqual({ outcome: "remembered", result });
    });

    it("may be longer where that was asked for, and is forgotten after keepForMs", async () => {
      const key = f.name();
      const { once } = cronClient(f);
      const long = "x".repeat(100_000);
      await once(key, () => long, { maxResultLength: 200_000, keepForMs: 1000 });
      expect(await once(key, () => "again")).toMatchObject({ result: long });
      const ttl = Number(await f.gateway.command("PTTL", `holdfast:{once:${key}}:task`));
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(1000);
    });
  });

  it("takes any key, and none for another", async () => {
    const { once } = cronClient(f);
    const keys = ["a b", "a%20b", "{x}", "ключ", "\ud800", "a", "a:task"].map((key) => `${f.name()}${key}`);
    for (const key of keys) await once(key, () => key);
    for (const key of keys) expect(await once(key, () => "other")).toMatchObject({ result: key });
  });
});
