import { inspect } from "node:util";
import { createLocks, type Lease, type LockEvent, type Locks, restStore } from "@holdfast/core";
import type { Fault } from "@holdfast/gateway";
import { type FaultyFetch, faultyFetch } from "@holdfast/testing";
import { afterEach, expect, it, vi } from "vitest";
import { type Fixture, onEveryEngine, TOKEN } from "../support/fixture.ts";
import { keysOf } from "../support/keys.ts";

const WRONG_TOKEN = "the-wrong-secret-token";
const ATTEMPT = "attempt-id-of-the-caller";
// A server's own code words are letters only; so may a secret be.
const LETTERS_TOKEN = "SecretWordOfTheStore";
const LETTERS_ATTEMPT = "AttemptOfOnlyLetters";
const NAMESPACE = "secrets";
const PATIENCE = { timeout: 10_000, interval: 10 };

interface Scene {
  /** Runs something, and keeps what it gave or threw. */
  hear<T>(work: Promise<T> | undefined | (() => T | Promise<T>)): Promise<T | undefined>;
  readonly locks: Locks;
  readonly name: string;
  readonly f: Fixture;
  /** A client like `locks` whose requests go through `fetch`. */
  client(fetch: typeof globalThis.fetch, token?: string): Locks;
}

const echo = (answer: (sent: string) => Response): typeof fetch => {
  return async (_url, init) => answer(`${JSON.stringify([...new Headers(init?.headers)])} ${init?.body}`);
};
const json = (value: unknown, status: number) => new Response(JSON.stringify(value), { status });
const held = { ttlMs: 2000, attemptId: ATTEMPT };

const paths: Record<string, (scene: Scene) => Promise<unknown>> = {
  "acquire, extend, release": async ({ hear, locks, name }) => {
    const lease = await hear(locks.acquire(name, { ...held, renew: true, metadata: { job: 1 } }));
    await hear(lease?.extend());
    await hear(locks.inspect(name));
    await hear(lease?.release());
    await hear(lease?.extend());
  },
  "contention and its timeout": async ({ hear, f, locks, name }) => {
    const lease = await f.client().locks.acquire(name);
    await hear(locks.tryAcquire(name, held));
    await hear(locks.acquire(name, { ...held, waitMs: 50 }));
    await hear(locks.acquire(name, { ...held, signal: AbortSignal.timeout(50) }));
    await lease.release();
  },
  "a lease that is taken away": async ({ hear, locks, name }) => {
    const lease = (await hear(locks.acquire(name, held))) as Lease;
    await hear(locks.forceRelease(name));
    await hear(lease.extend());
    await hear(async () => lease.signal.throwIfAborted());
    await hear(lease.release());
  },
  "a lease that runs out, and its attempt repeated": async ({ hear, locks, name }) => {
    const lease = (await hear(locks.acquire(name, { ...held, ttlMs: 300 }))) as Lease;
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
    await hear(async () => lease.signal.throwIfAborted());
    await hear(lease.release());
    await hear(locks.acquire(name, held));
  },
  "a renewal that ends at maxHoldMs": async ({ hear, locks, name }) => {
    const lease = (await hear(
      locks.acquire(name, { ...held, ttlMs: 300, renew: { maxHoldMs: 400 } }),
    )) as Lease;
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
    await hear(async () => lease.signal.throwIfAborted());
  },
  "a name in use by something else": async ({ hear, f, locks, name }) => {
    const { locks: other, network } = f.client({ namespace: NAMESPACE });
    await other.inspect(name);
    for (const key of network.requests.flatMap(keysOf)) await f.gateway.command("SET", key, "something else");
    await hear(locks.acquire(name, held));
  },
  "a wrong token": async ({ hear, client, name }) => {
    await hear(client(fetch, WRONG_TOKEN).acquire(name, held));
  },
  "mistakes in arguments": async ({ hear, locks, name }) => {
    await hear(locks.acquire(name, { ...held, ttlMs: -1 }));
    await hear(locks.acquire(name, { attemptId: `${ATTEMPT} ` }));
    await hear(() => restStore({ url: "http://127.0.0.1", token: `${TOKEN}\n` }));
    await hear(() => restStore({ url: `http://u:${TOKEN}@127.0.0.1`, token: TOKEN }));
    await hear(() => restStore({ url: `http://127.0.0.1/?_token=${TOKEN}`, token: TOKEN }));
    const lease = (await hear(locks.acquire(name, held))) as Lease;
    await hear(() => locks.adopt({ ...lease.toJSON(), owner: `${lease.owner} ` }));
    await hear(() => locks.adopt({ ...lease.toJSON(), mode: "?" }));
    await hear(() => locks.adopt(lease.toJSON()));
  },
};

const faults: Record<string, Omit<Fault, "times">> = {
  "lost replies": { action: "drop-reply" },
  "lost requests": { action: "drop-request" },
  silence: { action: "hang" },
  "server errors": { action: "status", status: 500 },
  "an empty script cache": { action: "flush-scripts" },
  "duplicated requests": { action: "duplicate" },
  "late replies": { action: "delay-reply", delayMs: 120 },
};
for (const [what, fault] of Object.entries(faults))
  paths[`${what} all along`] = async ({ hear, f, locks, name }) => {
    const lease = (await hear(locks.acquire(name, { ...held, renew: true }))) as Lease;
    f.gateway.faults.inject({ ...fault, times: Number.POSITIVE_INFINITY });
    await hear(locks.tryAcquire(f.name(), { ttlMs: 300, attemptId: ATTEMPT }));
    await hear(lease.extend(2500));
    await hear(lease.release());
    await hear(locks.inspect(name));
    f.gateway.faults.clear();
  };

const answers: Record<string, typeof fetch> = {
  "an error line that repeats the request": echo((sent) =>
    json({ error: `ERR syntax error, command was: ${sent}` }, 400),
  ),
  "the same with status 200": echo((sent) => json({ error: `ERR command was: ${sent}` }, 200)),
  "an error line that begins with the token": async () => json({ error: `${LETTERS_TOKEN} is bad` }, 400),
  "an error line that begins with the attempt": async () => json({ error: `${LETTERS_ATTEMPT} is bad` }, 400),
  "a web page that repeats it": echo((sent) => new Response(`<html>${sent}</html>`, { status: 200 })),
  "a page about a missing page": echo((sent) => new Response(`<html>${sent}</html>`, { status: 404 })),
  "a broken server": echo((sent) => new Response(sent, { status: 502, statusText: sent.slice(0, 20) })),
  "a result of the wrong shape": echo((sent) => json({ result: [sent] }, 200)),
  "a refused token": echo((sent) => json({ error: `WRONGPASS ${sent}` }, 401)),
  "a fetch error that repeats it": async (url, init) => {
    const cause = Object.assign(new Error(`${url} ${init?.body}`), { code: LETTERS_TOKEN });
    throw new TypeError(`fetch failed: ${JSON.stringify([...new Headers(init?.headers)])} ${init?.body}`, {
      cause,
    });
  },
  "a fetch that throws the request": async (_url, init) => {
    throw init;
  },
};
for (const [what, answer] of Object.entries(answers))
  paths[`answered by ${what}`] = async ({ hear, client, name }) => {
    const locks = client(answer, LETTERS_TOKEN);
    await hear(locks.acquire(name, { ttlMs: 300, attemptId: LETTERS_ATTEMPT }));
    await hear(locks.request(name, { ttlMs: 300, attemptId: LETTERS_ATTEMPT }, () => {}));
    await hear(locks.inspect(name));
    await hear(locks.forceRelease(name));
  };

const printed = (["log", "info", "warn", "error", "debug"] as const).map((verb) => vi.spyOn(console, verb));
afterEach(() => {
  for (const spy of printed) spy.mockClear();
});

/** All that a log, a debugger or a careless template could show of a thing, except a lease's own JSON. */
function everyText(thing: unknown): string[] {
  const shown = [inspect(thing, { depth: 10, showHidden: true }), String(thing)];
  if (!(thing instanceof Error)) return shown;
  return [...shown, JSON.stringify(thing), thing.message, String(thing.stack), ...everyText(thing.cause)];
}

/** The place where a secret shows in a text, for the failure's report. */
function around(secret: string, text: string): string[] {
  const at = text.indexOf(secret);
  return at < 0 ? [] : [text.slice(Math.max(0, at - 80), at + 80)];
}

/** The secrets of this file, and every owner token that was sent. */
function secretsIn(words: readonly string[]): Set<string> {
  const owners = words.flatMap((word) => word.split(" ")).filter((part) => /^[\w-]{22}$/.test(part));
  return new Set([TOKEN, WRONG_TOKEN, LETTERS_TOKEN, ATTEMPT, LETTERS_ATTEMPT, ...owners]);
}

onEveryEngine("P10 secrets stay", (f) => {
  for (const [path, walk] of Object.entries(paths))
    it(`${path}: no token, owner or attempt comes out`, async () => {
      const events: LockEvent[] = [];
      const things: unknown[] = [];
      const networks: FaultyFetch[] = [];
      const keep = <T>(thing: T): T => {
        things.push(thing);
        return thing;
      };
      const client: Scene["client"] = (next, token = TOKEN) => {
        const network = faultyFetch(next);
        networks.push(network);
        const store = restStore({
          url: f.gateway.url,
          token,
          timeoutMs: 100,
          retry: { minDelayMs: 10 },
          fetch: network.fetch,
        });
        return createLocks({
          store: keep(store),
          namespace: NAMESPACE,
          onEvent: (event) => events.push(event),
        });
      };
      const hear: Scene["hear"] = async (work) => {
        try {
          return keep(await (typeof work === "function" ? work() : work));
        } catch (error) {
          keep(error);
        }
      };
      await walk({ f, name: f.name(), hear, client, locks: keep(client(fetch)) });

      const sent = networks.flatMap(({ requests }) => requests);
      const texts = [
        ...things.flatMap(everyText),
        JSON.stringify(events),
        ...printed.map((spy) => inspect(spy.mock.calls, { depth: 10 })),
        ...sent.map(({ url }) => url),
      ];
      for (const secret of secretsIn(sent.flatMap(({ commands }) => commands.flat())))
        expect(texts.flatMap((text) => around(secret, text))).toEqual([]);
    });

  it("owner tokens come from crypto.getRandomValues alone, at least 128 bits of it", async () => {
    const mathRandom = vi.spyOn(Math, "random");
    let bytes = 0;
    const entropy = vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
      bytes += array?.byteLength ?? 0;
      return array;
    });
    try {
      const { locks } = f.client();
      const [one, two] = [await locks.acquire(f.name()), await locks.acquire(f.name())];
      // From constant bytes comes a constant token: nothing else is in it.
      expect(one.owner).toBe(two.owner);
      expect(bytes / 2).toBeGreaterThanOrEqual(16);
      expect(mathRandom).not.toHaveBeenCalled();
    } finally {
      entropy.mockRestore();
      mathRandom.mockRestore();
    }
    const { locks } = f.client();
    const owners = await Promise.all(
      Array.from({ length: 100 }, async () => (await locks.acquire(f.name())).owner),
    );
    expect(new Set(owners).size).toBe(100);
    // 64 characters carry 6 bits each.
    for (const owner of owners) expect(owner).toMatch(/^[\w-]{22,}$/);
  });
});
