import { globSync, readFileSync } from "node:fs";
import { createGuard, createLocks, type Locks, restStore, type Store } from "@holdfast/core";
import type { Gateway } from "@holdfast/gateway";
import { upstashStore } from "@holdfast/upstash";
import { Redis } from "@upstash/redis";
import { describe, expect, it, vi } from "vitest";
import { onEveryEngine, TOKEN } from "./support/fixture.ts";

// A token that may do what docs/stores.md says and nothing else. On the engine it is the user that the gateway comes as.

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const documented = /^ACL SETUSER locks on >TOKEN (.+)$/m.exec(read("docs/stores.md"))?.[1]?.split(" ") ?? [];
/** What the gateway and this test need besides. */
const OWN = ["+acl", "+command", "+info"];
const EVERYTHING = ["allkeys", "allchannels", "+@all"];

const stores: Record<string, (gateway: Gateway) => Store> = {
  restStore: ({ url }) => restStore({ url, token: TOKEN }),
  upstashStore: ({ url }) => upstashStore(new Redis({ url, token: TOKEN, enableTelemetry: false })),
};

/** Each kind of lock, each script, contended where that takes another way. */
const uses: Record<string, (locks: Locks, name: string) => Promise<unknown>> = {
  mutex: async (locks, name) => {
    const lease = await locks.acquire(name, { lockDelayMs: 10 });
    await lease.extend();
    const waiting = locks.acquire(name);
    await vi.waitFor(async () => expect((await locks.inspect(name)).waiting).toBe(1));
    await lease.release();
    await (await waiting).release();
    await locks.forceRelease(name);
  },
  "a wait that is given up": async (locks, name) => {
    await using _ = await locks.acquire(name);
    await expect(locks.acquire(name, { waitMs: 600 })).rejects.toMatchObject({ code: "timeout" });
  },
  "read/write lock": async (locks, name) => {
    const { read, write } = locks.readWrite(name);
    const readers = [await read.acquire(), await read.acquire()];
    const writing = write.acquire({ metadata: 1 });
    await Promise.all(readers.map((lease) => lease.release()));
    const writer = await writing;
    await locks.readWrite(name).downgrade(writer);
    await locks.readWrite(name).upgrade(writer);
    await writer.release();
  },
  semaphore: async (locks, name) => {
    const semaphore = locks.semaphore(name, { permits: 3 });
    const lease = await semaphore.acquire({ weight: 2, ttlMs: 5000 });
    const waiting = semaphore.acquire({ weight: 2 });
    await lease.release();
    await (await waiting).release();
  },
  "several names": async (locks, name) => {
    const lease = await locks.acquireAll([name, `${name}-2`]);
    await lease.extend();
    await lease.release();
  },
  latch: async (locks, name) => {
    const latch = locks.latch(name, { count: 1 });
    const waiting = latch.wait();
    await latch.countDown();
    await waiting;
  },
};

onEveryEngine("a token that is held to an ACL", (f) => {
  const restrict = (...rules: string[]) => f.gateway.command("ACL", "SETUSER", "default", ...rules, ...OWN);
  const without = (rule: string) => restrict(...documented.filter((other) => other !== rule));
  const free = () => f.gateway.command("ACL", "SETUSER", "default", ...EVERYTHING);

  describe.each(Object.entries(stores))("%s", (_, storeOf) => {
    it("every kind of lock works with what the documentation lists", async () => {
      await restrict(...documented);
      try {
        for (const [kind, use] of Object.entries(uses)) {
          // Each with a client of its own, which finds out about the server's scripts for itself.
          const used = use(createLocks({ store: storeOf(f.gateway) }), f.name());
          await used.catch((error) => expect.fail(`${kind}: ${error.stack}`));
        }
        const { subscribe } = storeOf(f.gateway);
        await subscribe?.("holdfast:wake:x", () => {}, AbortSignal.timeout(1000));
      } finally {
        await free();
      }
    });

    it.each(["+eval", "+evalsha", "+time", "+set", "~holdfast:*"])(
      "without %s an acquire is unauthorized, is not repeated, and repeats no secret",
      async (rule) => {
        const locks = createLocks({ store: storeOf(f.gateway) });
        await f.gateway.command("SCRIPT", "FLUSH");
        await without(rule);
        try {
          const error = await locks
            .acquire(f.name(), { attemptId: "attempt-secret" })
            .catch((error) => error);
          expect(error).toMatchObject({
            code: "unauthorized",
            message: expect.stringMatching(/NOPERM.*ACL/),
          });
          expect(error.stack).not.toMatch(/attempt-secret|user_script|executing/i);
        } finally {
          await free();
        }
      },
    );

    it("without the channels a release that has to tell somebody is unauthorized; nobody waits for ever", async () => {
      const locks = createLocks({ store: storeOf(f.gateway) });
      const name = f.name();
      const lease = await locks.acquire(name, { ttlMs: 500 });
      const waiting = locks.acquire(name);
      await vi.waitFor(async () => expect((await locks.inspect(name)).waiting).toBe(1));
      await without("&holdfast:*");
      try {
        await expect(lease.release()).rejects.toMatchObject({ code: "unauthorized" });
      } finally {
        await free();
      }
      await (await waiting).release();
    });

    it("without +subscribe waiters look from time to time", async () => {
      await without("+subscribe");
      try {
        const locks = createLocks({ store: storeOf(f.gateway) });
        const name = f.name();
        const lease = await locks.acquire(name, { ttlMs: 2000 });
        const waiting = locks.acquire(name);
        await vi.waitFor(async () => expect((await locks.inspect(name)).waiting).toBe(1));
        await lease.release();
        await (await waiting).release();
      } finally {
        await free();
      }
    });
  });

  it("what is for lists and guards only is said to be", async () => {
    const store = restStore({ url: f.gateway.url, token: TOKEN });
    const locks = createLocks({ store });
    const guard = createGuard({ store });
    await restrict(...documented);
    try {
      await expect(locks.list()).rejects.toMatchObject({ code: "unauthorized" });
      await restrict("+scan", "+strlen", "~invoice:7", "~{invoice:7}:fence");
      await locks.list();
      expect(await guard.set("invoice:7", "paid", { fence: 1 })).toMatchObject({ outcome: "written" });
    } finally {
      await free();
    }
  });
});

it("the documentation lists the commands that the scripts call, and no other", () => {
  const scripts = globSync("packages/core/src/lock/scripts/*.lua", { cwd: new URL("..", import.meta.url) });
  const called = scripts.flatMap((script) => read(script).match(/redis\.p?call\([^,)]+/g) ?? []);
  const commands = called.map((call) => /'([A-Z]+)'$/.exec(call)?.[1]?.toLowerCase() ?? call);
  const listed = [...documented.join(" ").matchAll(/\+(\w+)/g)].map(([, command]) => command);
  expect([...new Set([...commands, "eval", "evalsha", "subscribe"])].sort()).toEqual(
    [...listed, "info", "scan", "strlen"].sort(),
  );
});
