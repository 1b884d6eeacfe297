import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { KEY_LOCKING, type Script, type Store } from "@holdfast/core";

const ahead = new AsyncLocalStorage<number>();
const real = Date.now;

/** Runs `work` on a machine whose clock is `aheadMs` ahead; only while `withClocks` runs. */
export function onMachine<T>(aheadMs: number, work: () => Promise<T>): Promise<T> {
  return ahead.run(aheadMs, work);
}

/** Lets the clients of one process have clocks that differ. */
export async function withClocks<T>(work: () => Promise<T>): Promise<T> {
  Date.now = () => real() + (ahead.getStore() ?? 0);
  try {
    return await work();
  } finally {
    Date.now = real;
  }
}

/** A node whose clock is ahead by whole seconds, as far as scripts can see: they are told another time, and everything else is the server's own. */
export function nodeAhead(store: Store, aheadMs: number): Store {
  if (aheadMs === 0) return store;
  const scripts = new Map<string, Script>();
  const shifted = (script: Script): Script => {
    const known = scripts.get(script.digest);
    if (known) return known;
    const made = tellAnotherTime(script, aheadMs / 1000);
    scripts.set(script.digest, made);
    return made;
  };
  return {
    ...store,
    run: (script, keys, args, options) => store.run(shifted(script), keys, args, options),
  };
}

const TIME = /redis\.call\((['"])TIME\1\)/gi;

function tellAnotherTime(script: Script, seconds: number): Script {
  const told = `(function() local t=redis.call('TIME') t[1]=string.format('%d',t[1]+${seconds}) return t end)()`;
  const source = script.source.replace(TIME, told);
  const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
  return { ...script, source, digest: sha1(source), keyLockingDigest: sha1(KEY_LOCKING + source) };
}
