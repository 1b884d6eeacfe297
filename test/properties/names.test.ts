import { createGuard, createLocks, HoldfastError, type Locks, type Store } from "@holdfast/core";
import slotOf from "cluster-key-slot";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anything, names, namespaces, strings } from "./values.ts";

/** What a client sent: its scripts' keys and arguments. */
interface Sent {
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

/** A store that keeps what it is sent and refuses it, so that no verb goes on to anything else. */
function refusing(): { store: Store; sent: Sent[] } {
  const sent: Sent[] = [];
  const run: Store["run"] = async (_script, keys, args) => {
    sent.push({ keys, args });
    throw new HoldfastError("refused", "enough seen");
  };
  return { store: { run, subscribe: () => Promise.reject(new Error("no streams")) }, sent };
}

/** Every public way from a name to the store. */
const verbs: Record<string, (locks: Locks, name: string) => Promise<unknown>> = {
  acquire: (locks, name) => locks.acquire(name),
  tryAcquire: (locks, name) => locks.tryAcquire(name),
  request: (locks, name) => locks.request(name, () => expect.fail("ran without the lock")),
  acquireAll: (locks, name) => locks.acquireAll([name]),
  inspect: (locks, name) => locks.inspect(name),
  forceRelease: (locks, name) => locks.forceRelease(name),
  read: async (locks, name) => locks.readWrite(name).read.tryAcquire(),
  write: async (locks, name) => locks.readWrite(name).write.acquire(),
  semaphore: async (locks, name) => locks.semaphore(name, { permits: 2 }).acquire(),
  resize: async (locks, name) => locks.semaphore(name, { permits: 2 }).resize(3),
  election: async (locks, name) => locks.election(name).campaign(),
  leader: async (locks, name) => locks.election(name).leader(),
  countDown: async (locks, name) => locks.latch(name, { count: 1 }).countDown(),
  latch: async (locks, name) => locks.latch(name, { count: 1 }).wait(),
};

async function codeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error instanceof HoldfastError ? error.code : error;
  }
}

/** All keys under which a client keeps a name, whatever it does with it. */
async function keysBehind(namespace: string, name: string): Promise<Set<string>> {
  const { store, sent } = refusing();
  const locks = createLocks({ store, namespace });
  for (const [verb, call] of Object.entries(verbs))
    expect(await codeOf(() => call(locks, name)), verb).toBe("refused");
  return new Set(sent.flatMap(({ keys }) => keys));
}

/** As the server sees the key, after JSON and UTF-8. */
function bytesOf(key: string): Buffer {
  return Buffer.from(JSON.parse(JSON.stringify(key)), "utf8");
}

type Pair = readonly [namespace: string, name: string, otherSpace: string, otherName: string];

/** Two names in two namespaces: any, or close relatives that a careless key would merge. */
const pairs: fc.Arbitrary<Pair> = fc.oneof(
  fc.tuple(namespaces, names, namespaces, names),
  // The one has something more in its midst; the other has nothing there, or what an escape of it would be.
  fc
    .record({
      namespace: namespaces,
      name: names,
      more: fc.constantFrom("%", "}", ":queue", "}:queue", "\0", "\ud800", "0", " ", "_", "ä"),
      other: fc.constantFrom("", "%", "_", "%25"),
      at: fc.nat(512),
    })
    .map(({ namespace, name, more, other, at }): Pair => {
      const escaped = other && other + more.charCodeAt(0).toString(16).padStart(4, "0");
      const put = (text: string) => (name.slice(0, at) + text + name.slice(at)).slice(0, 512);
      return [namespace, put(more), namespace, put(escaped)];
    }),
  fc
    .tuple(namespaces, names)
    .map(([namespace, name]): Pair => [namespace, name, namespace, name.toUpperCase().slice(0, 512)]),
  fc.tuple(namespaces, names).map(([namespace, name]): Pair => {
    return [namespace, name, `${namespace}:${namespace}`.slice(0, 64), name];
  }),
);

const slots = (keys: Iterable<string>) => new Set([...keys].map((key) => slotOf(bytesOf(key))));

describe("P11 names and keys", () => {
  it("slots are counted as the Redis Cluster specification does", () => {
    expect(slotOf("123456789")).toBe(0x31c3);
    expect(slotOf("foo{}{bar}")).not.toBe(slotOf("bar"));
    expect(slotOf("foo{{bar}}zap")).toBe(slotOf("{bar"));
  });

  it("whatever is done with a name, all its keys are in one slot of a cluster", async () => {
    await fc.assert(
      fc.asyncProperty(namespaces, names, async (namespace, name) => {
        const keys = await keysBehind(namespace, name);
        expect(keys.size).toBeGreaterThan(1);
        expect(slots(keys).size).toBe(1);
      }),
    );
  });

  it("two names, or one name in two namespaces, share no key, and no key changes on its way", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ([namespace, name, otherSpace, otherName]) => {
        fc.pre(namespace !== otherSpace || name !== otherName);
        const all = [...(await keysBehind(namespace, name)), ...(await keysBehind(otherSpace, otherName))];
        expect(new Set(all.map((key) => bytesOf(key).toString("hex"))).size).toBe(all.length);
        for (const key of all) expect(bytesOf(key).toString("utf8")).toBe(key);
      }),
      { numRuns: 300 },
    );
  });

  it("two latches share no channel, and no channel needs escaping in a URL", async () => {
    const channelOf = async (namespace: string, name: string): Promise<string> => {
      const { store, sent } = refusing();
      await codeOf(() => createLocks({ store, namespace }).latch(name, { count: 1 }).countDown());
      return sent[0]?.args.at(-1) ?? "";
    };
    await fc.assert(
      fc.asyncProperty(pairs, async ([namespace, name, otherSpace, otherName]) => {
        const channel = await channelOf(namespace, name);
        expect(new URL(`subscribe/${channel}`, "https://example.com/").pathname).toBe(
          `/subscribe/${channel}`,
        );
        if (namespace !== otherSpace || name !== otherName)
          expect(await channelOf(otherSpace, otherName)).not.toBe(channel);
      }),
      { numRuns: 500 },
    );
  });

  it("a name that is empty, too long or no string is refused by every verb, and nothing is sent", async () => {
    const none = fc.oneof(
      fc.constant(""),
      strings(513, 600),
      anything.filter((value) => typeof value !== "string"),
    );
    const { store, sent } = refusing();
    const locks = createLocks({ store });
    await fc.assert(
      fc.asyncProperty(none, async (name) => {
        for (const [verb, call] of Object.entries(verbs))
          expect(await codeOf(() => call(locks, name as string)), verb).toBe("invalid-argument");
        expect(await codeOf(() => locks.acquireAll(["one", name as string, "two"]))).toBe("invalid-argument");
        expect(sent).toEqual([]);
      }),
    );
  });
});

describe("P11 guarded keys", () => {
  it("a key and its fence are in one slot, and no two keys have one fence", async () => {
    const keys = fc.oneof(
      strings(1, 512),
      fc.stringMatching(/^[a{}:]{1,8}$/),
      fc.stringMatching(/^[a{}]{1,4}::?fence$/),
    );
    const fenceOf = async (key: string): Promise<string | undefined> => {
      const { store, sent } = refusing();
      const code = await codeOf(() => createGuard({ store }).set(key, "value", { fence: 1 }));
      expect(code).toBe(sent.length > 0 ? "refused" : "invalid-argument");
      if (!sent[0]) return undefined;
      expect(sent[0].keys[0]).toBe(key);
      expect(slots(sent[0].keys).size).toBe(1);
      return sent[0].keys[1];
    };
    await fc.assert(
      fc.asyncProperty(keys, keys, async (key, other) => {
        const [fence, otherFence] = [await fenceOf(key), await fenceOf(other)];
        fc.pre(fence !== undefined);
        // The fence is no key that could itself be guarded: a guarded value never overwrites a fence.
        expect(await fenceOf(fence as string)).toBeUndefined();
        if (key !== other) expect(otherFence).not.toBe(fence);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(["{{}{::fence", "invoice:{42}:total::fence"])(
    "%s is the fence of a key whose tag is not at its end, so it cannot be written",
    async (key) => {
      const { store, sent } = refusing();
      expect(await codeOf(() => createGuard({ store }).set(key, "value", { fence: 1 }))).toBe(
        "invalid-argument",
      );
      expect(sent).toEqual([]);
    },
  );
});
