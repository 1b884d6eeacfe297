import fc from "fast-check";
import { expect, it } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { hashTag } from "../support/hash-tag.ts";
import { keysOf } from "../support/keys.ts";

/** Any sequence of UTF-16 units: pairs, lone surrogates, controls, and the characters that keys are made of. */
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0xd800, max: 0xdfff }),
  fc.integer({ min: 0, max: 0x20 }),
  fc.constantFrom(...[..."%{}:*?[]\\\"' /0d8"].map((character) => character.charCodeAt(0))),
);
const names = fc
  .array(unit, { minLength: 1, maxLength: 512, size: "max" })
  .map((units) => String.fromCharCode(...units));

/** Pairs and groups that a careless key would merge. */
const lookalikes = [
  ["a b", "a%0020b", "a%20b", "a+b", "a\tb", "a\u00a0b"],
  ["a", "{a}", "{a", "a}", "{{a}}", "a{}", "{}a", "%007ba%007d"],
  ["\ud800", "\ud801", "\udc00", "\ufffd", "%d800", "\ud800\ud800", "\ud83d\ude00", "\ud83d", "\ude00"],
  ["é", "e\u0301", "É", "%e9", "Ã©"],
  ["x", "x\0", "x\n", "x\r\n", "x ", " x", "X", "х"],
  ["*", "?", "[a]", "\\*", "holdfast", ":", "a:b", "a:{b}"],
];

onEveryEngine("P11 names", (f) => {
  /** The keys that a name is kept under, as the engine sees them after JSON and UTF-8. */
  async function keysBehind(name: string, namespace: string): Promise<string[]> {
    const { locks, network } = f.client({ namespace });
    const lease = await locks.acquire(name);
    const keys = (await f.gateway.command("KEYS", `${namespace}:*`)) as string[];
    const sent = new Set(network.requests.flatMap(keysOf));
    expect(keys.filter((key) => !sent.has(key))).toEqual([]);
    expect(await lease.release()).toBe("released");
    for (const key of sent) await f.gateway.command("DEL", key);
    return [...sent];
  }

  it("any string of 1 to 512 UTF-16 units makes a lock, whose keys share one hash tag", async () => {
    const tags = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        const tag = new Set((await keysBehind(name, "any")).map(hashTag));
        expect(tag.size).toBe(1);
        const [only = ""] = tag;
        // Injective: a tag seen before belonged to the same name.
        expect(tags.get(only) ?? name).toBe(name);
        tags.set(only, name);
      }),
      { numRuns: 40 },
    );
  });

  it("the longest name, all of it in need of escape, works like any other", async () => {
    for (const name of ["\ud800".repeat(512), "{}".repeat(256), "\u{1f512}".repeat(256), "x".repeat(512)]) {
      const { locks } = f.client();
      const lease = await locks.acquire(name);
      expect(lease.name).toBe(name);
      expect(await locks.inspect(name)).toMatchObject({ name, held: true });
      expect(await f.client().locks.tryAcquire(name)).toBeNull();
      expect(await lease.release()).toBe("released");
    }
  });

  for (const group of lookalikes)
    it(`${JSON.stringify(group)} are ${group.length} names, each held by its own holder`, async () => {
      const { locks } = f.client({ namespace: "lookalikes" });
      const leases = await Promise.all(group.map((name) => locks.tryAcquire(name)));
      expect(leases.map((lease) => lease?.name)).toEqual(group);
      expect(
        await Promise.all(group.map((name) => f.client({ namespace: "lookalikes" }).locks.tryAcquire(name))),
      ).toEqual(group.map(() => null));
      await Promise.all(leases.map((lease) => lease?.release()));
    });

  it("namespaces keep the same name apart", async () => {
    const name = f.name();
    const [one, two] = ["one", "two"].map((namespace) => f.client({ namespace }).locks);
    const lease = await one?.acquire(name);
    const other = await two?.acquire(name, { waitMs: 0 });
    expect(await two?.forceRelease(name)).toBe(true);
    expect((await one?.inspect(name))?.held).toBe(true);
    expect(await lease?.release()).toBe("released");
    expect(await other?.release()).toBe("lost");
  });

  it("a namespace cannot reach into another through a name", async () => {
    const inner = f.client({ namespace: "app" }).locks;
    const outer = f.client({ namespace: "app:x" }).locks;
    const leases = [
      await inner.acquire("x:{y}"),
      await inner.acquire("x:y"),
      await outer.acquire("y", { waitMs: 0 }),
    ];
    await Promise.all(leases.map((lease) => lease.release()));
  });
});
