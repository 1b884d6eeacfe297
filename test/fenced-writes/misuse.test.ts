import { createGuard, restStore } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";
import { hashTag } from "../support/hash-tag.ts";
import { keysOf } from "../support/keys.ts";
import { expectMistake, expectThrownMistake, forbiddenFetch } from "../support/unsent.ts";

const mismatch = { code: "kind-mismatch" };

onEveryEngine("fenced writes: foreign keys", (f) => {
  const foreign: [string, (key: string) => string[]][] = [
    ["hash", (key) => ["HSET", key, "field", "value"]],
    ["list", (key) => ["RPUSH", key, "a"]],
    ["sorted set", (key) => ["ZADD", key, "1", "a"]],
  ];
  const guard = () => createGuard({ store: restStore({ url: f.gateway.url, token: TOKEN }) });

  it.each(foreign)("a %s in the place of the value is refused and left as it is", async (_, put) => {
    const key = f.name();
    await f.gateway.command(...put(key));
    const before = await f.gateway.command("DUMP", key);
    await expect(guard().set(key, "a", { fence: 1 })).rejects.toMatchObject(mismatch);
    await expect(guard().delete(key, { fence: 1 })).rejects.toMatchObject(mismatch);
    expect(await f.gateway.command("DUMP", key)).toEqual(before);
    expect(await f.gateway.command("EXISTS", `{${key}}:fence`)).toBe(0);
  });

  it.each([...foreign, ["text", (key: string) => ["SET", key, "not a fence"]] as const])(
    "a %s in the place of the fence is refused, and nothing is written",
    async (_, put) => {
      const key = f.name();
      await f.gateway.command(...put(`{${key}}:fence`));
      await expect(guard().set(key, "a", { fence: 1 })).rejects.toMatchObject(mismatch);
      expect(await f.gateway.command("EXISTS", key)).toBe(0);
    },
  );
});

describe("fenced writes: P12 mistakes", () => {
  const network = forbiddenFetch();
  const store = restStore({
    url: "http://127.0.0.1:1",
    token: TOKEN,
    fetch: network.fetch,
    retry: { retries: 0 },
  });
  const guard = createGuard({ store });
  const bad = (value: unknown) => value as never;

  it("refuses set-ups that cannot work", () => {
    expectThrownMistake(() => createGuard(bad(undefined)), /object/);
    expectThrownMistake(() => createGuard(bad({})), /needs a store/);
    expectThrownMistake(
      () => createGuard(bad({ store, namespace: "x" })),
      /unknown createGuard option "namespace"/,
    );
    expectThrownMistake(() => createGuard({ store, clock: bad({}) }), /clock/);
    for (const keepMs of [59_999, 2_592_000_001, 1e5 + 0.5])
      expectThrownMistake(() => createGuard({ store, keepMs }), /keepMs/);
  });

  it("refuses writes that cannot work, and sends nothing", async () => {
    for (const fence of [0, -1, 1.5, 2 ** 53, "7", undefined, null, Number.NaN]) {
      await expectMistake(() => guard.set("k", "v", { fence: bad(fence) }), /fence must be/);
      await expectMistake(() => guard.delete("k", { fence: bad(fence) }), /fence must be/);
    }
    await expectMistake(() => guard.set("k", "v", bad(undefined)), /object/);
    await expectMistake(() => guard.set("k", bad({}), { fence: 1 }), /must be a string/);
    for (const ttlMs of [0, -1, 0.5, 31_536_000_001])
      await expectMistake(() => guard.set("k", "v", { fence: 1, ttlMs }), /ttlMs/);
    await expectMistake(
      () => guard.set("k", "v", bad({ fence: 1, ex: 5 })),
      /unknown guarded write option "ex"/,
    );
    await expectMistake(() => guard.delete("k", bad({ fence: 1, ttlMs: 5 })), /unknown .* "ttlMs"/);
    for (const key of ["", "x".repeat(513), 5, "\ud800"])
      await expectMistake(() => guard.set(bad(key), "v", { fence: 1 }), /guarded key/);
    expect(network.requests).toEqual([]);
  });

  it("refuses keys that its fence cannot be kept beside", async () => {
    for (const key of ["a}b", "{}a", "}{", "a{}{b}"])
      await expectMistake(() => guard.set(key, "v", { fence: 1 }), /hash tag/);
    for (const key of ["{a}:fence", "{a}::fence"])
      await expectMistake(() => guard.set(key, "v", { fence: 1 }), /keeps the fence of another/);
    expect(network.requests).toEqual([]);
  });

  it("keeps value and fence in one slot, and no two keys' fences in one record", async () => {
    const keys = ["a", "{a}", "{a}b", "b{a}", "a{b", "a:fence", "{a", "ä", "{{a}", "a b"];
    const records = new Set<string | undefined>();
    for (const key of keys) {
      network.clear();
      await guard.set(key, "v", { fence: 1 }).catch(() => {});
      const [request] = network.requests;
      const [value = "", record = ""] = request ? keysOf(request) : [];
      expect(value).toBe(key);
      expect(hashTag(record)).toBe(hashTag(key));
      records.add(record);
    }
    expect(records.size).toBe(keys.length);
    expect([...records].some((record) => record && keys.includes(record))).toBe(false);
  });
});
