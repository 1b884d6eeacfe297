import type { Emit } from "../events.ts";
import type { LeaseMode } from "../lease/lease.ts";
import { keyPattern, nameOf } from "../locks/names.ts";
import type { RunOptions, Store } from "../store/store.ts";
import { latchChannel, storedChannel } from "./channels.ts";
import { type LeaseCommands, leaseCommands } from "./lease-commands.ts";
import {
  type AcquireAllReply,
  type ConvertReply,
  decodeAcquireAll,
  decodeConvert,
  decodeFlag,
  decodeInspect,
  decodeTexts,
  decodeWhole,
  type InspectReply,
} from "./replies.ts";
import { scriptCaller } from "./script-caller.ts";
import {
  acquireAllScript,
  convertScript,
  forceReleaseScript,
  inspectScript,
  latchScript,
  listScript,
  resizeScript,
} from "./scripts.generated.ts";
import { type Claim, encodeAsk, mutex, type Target, type Wish } from "./target.ts";

/** A latch, and how it is counted down; or only looked at, with an empty attempt. */
export interface LatchAsk {
  readonly count: number;
  /** 0 leaves its lifetime as it is. */
  readonly keepMs: number;
  /** Names what is counted, so that it counts once. */
  readonly attempt: string;
  /** By how much. */
  readonly n: number;
}

/** Where a list goes on. */
export interface NameQuery {
  readonly prefix: string;
  /** "0" begins. */
  readonly cursor: string;
  /** How many keys of the database to look at. */
  readonly limit: number;
}

export interface NamePage {
  readonly names: readonly string[];
  /** "0" after the last page. */
  readonly cursor: string;
}

/** The state machine of a name as this client sees it: what every lock needs, and what the other kinds add. */
export interface LockCommands extends LeaseCommands {
  /** Mutexes, all or none. */
  acquireAll(
    names: readonly string[],
    claim: Claim,
    wish: Wish,
    options: RunOptions,
  ): Promise<AcquireAllReply>;
  convert(
    name: string,
    claim: Claim,
    fence: number,
    mode: LeaseMode,
    weight: number,
    options: RunOptions,
  ): Promise<ConvertReply>;
  /** `attempt` names this call. */
  resize(target: Target, attempt: string, options: RunOptions): Promise<void>;
  /** `most`: how many holders and waiters to show. */
  inspect(name: string, most: number, options: RunOptions): Promise<InspectReply>;
  /** Whether a lease was broken. `attempt` names this call. */
  forceRelease(name: string, attempt: string, options: RunOptions): Promise<boolean>;
  /** What is left of the latch. */
  latch(name: string, ask: LatchAsk, options: RunOptions): Promise<number>;
  /** A page of the names that are remembered. Some may turn out not to be locks when they are inspected. */
  list(query: NameQuery, options: RunOptions): Promise<NamePage>;
}

export function lockCommands(store: Store, namespace: string, emit: Emit): LockCommands {
  const run = scriptCaller(store, namespace, emit);
  const lease = leaseCommands(store, namespace, emit);
  return {
    ...lease,
    async acquireAll(names, claim, wish, options) {
      if (new Set(names.map(lease.slotOf)).size > 1) return { status: "apart" };
      const args = [encodeAsk(namespace, mutex(""), claim, wish)];
      return decodeAcquireAll(await run(acquireAllScript, "acquire", names, args, options), names.length);
    },
    convert: async (name, { attempt, owner }, fence, mode, weight, options) =>
      decodeConvert(
        await run(convertScript, "extend", [name], [attempt, owner, fence, mode, weight], options),
      ),
    resize: async ({ name, kind, capacity }, attempt, options) => {
      decodeWhole(await run(resizeScript, "extend", [name], [kind, capacity, attempt], options), 1);
    },
    inspect: async (name, most, options) =>
      decodeInspect(await run(inspectScript, "inspect", [name], [most], options)),
    forceRelease: async (name, attempt, options) =>
      decodeFlag(await run(forceReleaseScript, "release", [name], [attempt], options)),
    async latch(name, { count, keepMs, attempt, n }, options) {
      const args = [count, keepMs, attempt, n, storedChannel(namespace, latchChannel(name))];
      return decodeWhole(await run(latchScript, "latch", [name], args, options), 0, count);
    },
    async list({ prefix, cursor, limit }, options) {
      const pattern = keyPattern(namespace, prefix);
      const [next = "0", ...keys] = decodeTexts(
        store.scan
          ? await store.scan(cursor, pattern, limit, options)
          : await run(listScript, "inspect", [], [cursor, pattern, limit], options),
      );
      return { names: [...new Set(keys)].map((key) => nameOf(namespace, key)), cursor: next };
    },
  };
}
