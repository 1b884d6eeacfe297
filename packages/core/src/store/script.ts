import type { Reply } from "./store.ts";

/** A Lua script and what a server calls it. Made at build time from `src/lock/scripts`. */
export interface Script {
  /** For people: appears in events and errors. */
  readonly name: string;
  /** The plain Lua source. */
  readonly source: string;
  /** SHA-1 of `source`, for EVALSHA. */
  readonly digest: string;
  /** SHA-1 of `KEY_LOCKING + source`. */
  readonly keyLockingDigest: string;
  /** It looks at keys that KEYS cannot name, so key locking is not for it. */
  readonly plain?: true;
  /**
   * Whether the caller is promised something that the script wrote, by its answer and arguments: then so many servers must
   * have it as the store was asked for. Without it, none needs to.
   */
  readonly acknowledged?: (reply: Reply, args: readonly string[]) => boolean;
}

/**
 * Put before a script, this makes Upstash lock the keys named in KEYS and not the whole database.
 * Redis and Valkey refuse the flag; see `script-runner.ts`.
 */
export const KEY_LOCKING = "#!lua flags=allow-key-locking\n";
