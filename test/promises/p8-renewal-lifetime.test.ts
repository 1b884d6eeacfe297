import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, vi } from "vitest";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";

const run = promisify(execFile);
const core = fileURLToPath(new URL("../../packages/core/src/index.ts", import.meta.url));
const TTL_MS = 600;
const PATIENCE = { timeout: 10_000, interval: 10 };

/** Whether a promise has settled by now. */
async function settled(work: Promise<unknown> | undefined): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([work, Promise.resolve(pending)])) !== pending;
}

onEveryEngine("P8 the life of a renewal", (f) => {
  it("never keeps a Node process alive", async () => {
    const name = f.name();
    const script = `
      import { createLocks, restStore } from ${JSON.stringify(core)};
      const store = restStore({ url: ${JSON.stringify(f.gateway.url)}, token: ${JSON.stringify(TOKEN)} });
      const extended = Promise.withResolvers();
      const onEvent = ({ type }) => type === "extended" && extended.resolve();
      const locks = createLocks({ store, onEvent });
      const lease = await locks.acquire(${JSON.stringify(name)}, { ttlMs: 3000, renew: true });
      const alive = setInterval(() => {}, 1000);
      await extended.promise;
      clearInterval(alive);
      process.on("exit", () => console.log("renewed, still held:", lease.remainingMs() > 0));`;
    // Renewal would go on for 24 hours.
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], {
      timeout: 15_000,
    });
    expect(stdout).toContain("renewed, still held: true");
    expect((await f.client().locks.inspect(name)).held).toBe(true);
  });

  it("is handed to waitUntil, until the lease is released", async () => {
    const work: Promise<unknown>[] = [];
    const client = f.client({ waitUntil: (promise) => void work.push(promise) });
    const lease = await client.locks.acquire(f.name(), { ttlMs: TTL_MS, renew: true });
    const [renewal] = work;

    await vi.waitFor(
      () => expect(client.events.filter(({ type }) => type === "extended").length).toBeGreaterThan(2),
      PATIENCE,
    );
    expect(renewal).toBeInstanceOf(Promise);
    expect(await settled(renewal)).toBe(false);

    await lease.release();
    await Promise.all(work);
  });

  it("is handed to waitUntil, until the lease is lost", async () => {
    const work: Promise<unknown>[] = [];
    const name = f.name();
    const locks = f.client({ waitUntil: (promise) => void work.push(promise) }).locks;
    const lease = await locks.acquire(name, { ttlMs: TTL_MS, renew: true });
    await f.client().locks.forceRelease(name);

    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
    await Promise.all(work);
  });

  it("is handed to waitUntil, until maxHoldMs", async () => {
    const work: Promise<unknown>[] = [];
    const locks = f.client({ waitUntil: (promise) => void work.push(promise) }).locks;
    const lease = await locks.acquire(f.name(), { ttlMs: TTL_MS, renew: { maxHoldMs: 900 } });

    expect(await settled(work[0])).toBe(false);
    await Promise.all(work);
    expect(lease.signal.aborted).toBe(true);
  });

  it("hands nothing to waitUntil for a lease that is not renewed", async () => {
    const waitUntil = vi.fn();
    const lease = await f.client({ waitUntil }).locks.acquire(f.name());
    await lease.release();
    expect(waitUntil).not.toHaveBeenCalled();
  });
});
