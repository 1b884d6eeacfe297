import type { Reply, Script, Store } from "@holdfast/core";
import { Redis } from "ioredis";

/** One call of a script, as the SDK made it. */
export interface ScriptCall {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

/** Scripts straight on a redis-server: no HTTP, no delay, and the server's own account of the time each took. */
export interface ScriptBench extends AsyncDisposable {
  /** Runs what the SDK asks for; cannot stream. */
  readonly store: Store;
  /** The next call that the SDK makes, once it was answered. */
  nextCall(): Promise<ScriptCall>;
  run(call: ScriptCall): Promise<Reply>;
  /** Microseconds that the server spent in scripts during `work`. */
  microsOf(work: () => Promise<unknown>): Promise<number>;
}

export async function startScriptBench(port: number): Promise<ScriptBench> {
  const redis = new Redis({ port, host: "127.0.0.1" });
  let watched = Promise.withResolvers<ScriptCall>();
  const known = new Map<string, Promise<unknown>>();

  async function run({ script, keys, args }: ScriptCall): Promise<Reply> {
    let loaded = known.get(script.digest);
    if (!loaded) {
      loaded = redis.script("LOAD", script.source);
      known.set(script.digest, loaded);
    }
    await loaded;
    return (await redis.evalsha(script.digest, keys.length, ...keys, ...args)) as Reply;
  }

  async function microsInScripts(): Promise<number> {
    const stats = await redis.info("commandstats");
    return Number(/^cmdstat_evalsha:calls=\d+,usec=(\d+)/m.exec(stats)?.[1] ?? 0);
  }

  return {
    run,
    store: {
      async run(script, keys, args, options) {
        const call = { script, keys, args };
        options?.onSend?.();
        const reply = await run(call);
        watched.resolve(call);
        return reply;
      },
    },
    nextCall() {
      watched = Promise.withResolvers();
      return watched.promise;
    },
    async microsOf(work) {
      const before = await microsInScripts();
      await work();
      return (await microsInScripts()) - before;
    },
    async [Symbol.asyncDispose]() {
      await redis.quit();
    },
  };
}
