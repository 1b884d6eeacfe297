import type { HoldfastError, Locks } from "@holdfast/core";
import { expect, it } from "vitest";
import { type Fixture, onEveryEngine } from "../support/fixture.ts";
import { keysOf } from "../support/keys.ts";

/** What somebody else may have stored under the same key. */
const foreign: Record<string, (key: string) => string[]> = {
  "a text": (key) => ["SET", key, "a cached page"],
  "an empty text": (key) => ["SET", key, ""],
  "a number": (key) => ["SET", key, "42"],
  JSON: (key) => ["SET", key, '{"kind":"mutex"}'],
  "bytes that look like a record": (key) => ["SET", key, "mutex 1 2 3 4"],
  "a record of another kind": (key) => ["SET", key, "semaphore 1 0 0 - - - "],
  "a hash": (key) => ["HSET", key, "field", "value"],
  "a hash with our fields": (key) => ["HSET", key, "kind", "cache", "owner", "me"],
  "a list": (key) => ["RPUSH", key, "a", "b"],
  "a set": (key) => ["SADD", key, "a", "b"],
  "a sorted set": (key) => ["ZADD", key, "1", "a"],
  "a stream": (key) => ["XADD", key, "1-1", "a", "b"],
};

const verbs: Record<string, (locks: Locks, name: string) => Promise<unknown>> = {
  acquire: (locks, name) => locks.acquire(name, { waitMs: 200 }),
  tryAcquire: (locks, name) => locks.tryAcquire(name),
  request: (locks, name) => locks.request(name, { waitMs: 200 }, () => {}),
  inspect: (locks, name) => locks.inspect(name),
  forceRelease: (locks, name) => locks.forceRelease(name),
};

/** The key that is left behind by a free name: the one that another application could have taken. */
async function restingKey(f: Fixture, name: string): Promise<string> {
  const { locks, network } = f.client();
  await (await locks.acquire(name)).release();
  const keys = [...new Set(network.requests.flatMap(keysOf))];
  const present = await Promise.all(keys.map((key) => f.gateway.command("EXISTS", key)));
  const [key] = keys.filter((_, i) => present[i] === 1);
  if (key === undefined) throw new Error("the name left no key");
  await f.gateway.command("DEL", ...keys);
  return key;
}

onEveryEngine("P11 a name whose key is something else's", (f) => {
  for (const [what, put] of Object.entries(foreign))
    it(`${what}: every verb says so, and nothing is destroyed`, async () => {
      const name = f.name();
      const key = await restingKey(f, name);
      await f.gateway.command(...put(key));
      const before = await f.gateway.command("DUMP", key);

      for (const [verb, call] of Object.entries(verbs)) {
        const error = (await call(f.client().locks, name).catch((error) => error)) as HoldfastError;
        expect.soft(error.code, verb).toBe("kind-mismatch");
        expect.soft(error.message, verb).toMatch(/another name or namespace/);
      }

      expect(await f.gateway.command("DUMP", key)).toEqual(before);
      expect(await f.gateway.command("PTTL", key)).toBe(-1);
    });

  for (const [what, put] of Object.entries(foreign))
    it(`${what} in the place of a held lease: the holder is told, and nothing is destroyed`, async () => {
      const name = f.name();
      const key = await restingKey(f, name);
      const lease = await f.client().locks.acquire(name);
      await f.gateway.command("DEL", key);
      await f.gateway.command(...put(key));

      const error = (await lease.extend().catch((error) => error)) as HoldfastError;
      expect(["lost", "kind-mismatch"]).toContain(error.code);
      const outcome = await lease.release().catch((error: HoldfastError) => error.code);
      expect(["lost", "kind-mismatch"]).toContain(outcome);
      expect(await f.gateway.command("EXISTS", key)).toBe(1);
      expect(await f.gateway.command("PTTL", key)).toBe(-1);
    });
});
