/** The mutex of redis-semaphore 5.8.0 over ioredis, as published, beside ours on the same redis-server. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Mutex } from "redis-semaphore";
import { expect, it, vi } from "vitest";
import { besideRedis, type Side } from "../support/beside-redis.ts";
import { TOKEN } from "../support/fixture.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const core = fileURLToPath(new URL("../../packages/core/src/index.ts", import.meta.url));

/** Runs a script in a process of its own; tells how that ended. */
async function ends(script: string): Promise<{ code: number; output: string }> {
  const args = ["--input-type=module", "--eval", script];
  return run(process.execPath, args, { cwd: here, timeout: 15_000 }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
  );
}

async function commandsWhile(side: Side, work: () => Promise<void>): Promise<number> {
  const processed = async () => {
    const calls = [
      ...String(await side.gateway.command("INFO", "commandstats")).matchAll(
        /cmdstat_(set|eval|evalsha|get):calls=(\d+)/g,
      ),
    ];
    return calls.reduce((sum, [, , count]) => sum + Number(count), 0);
  };
  const before = await processed();
  await work();
  return (await processed()) - before;
}

besideRedis("beside redis-semaphore", (side) => {
  it("a lost lock: theirs ends the process, since nobody handles it; ours tells the lease and goes on", async () => {
    const name = side.name();
    const theirs = await ends(`
      import { Redis } from "ioredis";
      import { Mutex } from "redis-semaphore";
      const redis = new Redis(${JSON.stringify(side.server.url)});
      const mutex = new Mutex(redis, ${JSON.stringify(name)}, { lockTimeout: 900 });
      await mutex.acquire();
      await redis.del(${JSON.stringify(`mutex:${name}`)});
      await new Promise((resolve) => setTimeout(resolve, 1500));
      console.log("still here");
      redis.disconnect();`);
    expect(theirs.output).not.toContain("still here");
    expect(theirs.output).toContain("LostLockError");
    expect(theirs.code).not.toBe(0);

    const ours = await ends(`
      import { createLocks, restStore } from ${JSON.stringify(core)};
      const locks = createLocks({ store: restStore({ url: ${JSON.stringify(side.gateway.url)}, token: ${JSON.stringify(TOKEN)} }) });
      const lease = await locks.acquire(${JSON.stringify(name)}, { ttlMs: 900, renew: true });
      await locks.forceRelease(${JSON.stringify(name)});
      await new Promise((resolve) => setTimeout(resolve, 1500));
      console.log("still here", lease.signal.reason.code);`);
    expect(ours).toEqual({ code: 0, output: "still here lost\n" });
  });

  it("a second of waiting: theirs costs dozens of commands; ours a few", async () => {
    const [held, name] = [side.name(), side.name()];
    const mutex = new Mutex(side.redis(), held);
    await mutex.acquire();
    const lease = await side.locks().acquire(name);

    const theirs = await commandsWhile(side, () =>
      expect(new Mutex(side.redis(), held, { acquireTimeout: 1000 }).acquire()).rejects.toThrow(/timeout/),
    );
    const ours = await commandsWhile(side, () =>
      expect(side.locks().acquire(name, { waitMs: 1000 })).rejects.toMatchObject({ code: "timeout" }),
    );
    expect(theirs).toBeGreaterThan(25);
    expect(ours).toBeLessThan(theirs / 2);

    await mutex.release();
    await lease.release();
  });

  it("the server falls silent: theirs still calls itself the holder after the expiry; ours does not", async () => {
    const lost = vi.fn();
    const mutex = new Mutex(side.redis(), side.name(), { lockTimeout: 1000, onLockLost: lost });
    await mutex.acquire();
    const started = performance.now();
    const lease = await side.locks().acquire(side.name(), { ttlMs: 1000, renew: true });
    await side.server.kill("SIGSTOP");

    await vi.waitFor(() => expect(performance.now() - started).toBeGreaterThan(1500), 5000);
    expect(lease.signal.aborted).toBe(true);
    expect(mutex.isAcquired).toBe(true);
    expect(lost).not.toHaveBeenCalled();

    await side.server.kill("SIGCONT");
    mutex.stopRefresh();
    await lease.release();
  });
});
