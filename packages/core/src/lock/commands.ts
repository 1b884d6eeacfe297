import type { Emit } from "../events.ts";
import type { LeaseMode } from "../lease/lease.ts";
import type { RunOptions, Store } from "../store/store.ts";
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
import type { Claim, Target } from "./target.ts";

/** The state machine of a name as this client sees it: what every lock needs, and what the other kinds add. */
export interface LockCommands extends LeaseCommands {
  acquireAll(names: readonly string[], ask: string, options: RunOptions): Promise<AcquireAllReply>;
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
  inspect(name: string, most: number, options: RunOptions): Promise<InspectReply>;
  /** Whether a lease was broken. `attempt` names this call. */
  forceRelease(name: string, attempt: string, options: RunOptions): Promise<boolean>;
  /** Counts a latch down or looks at it; the arguments are those of `latch.lua`, the count first. What is left. */
  latch(name: string, args: (string | number)[], options: RunOptions): Promise<number>;
  /** A page of the keys that match the pattern, and where the next one begins. */
  list(
    cursor: string,
    pattern: string,
    count: number,
    options: RunOptions,
  ): Promise<[cursor: string, ...keys: string[]]>;
}

export function lockCommands(store: Store, namespace: string, emit: Emit): LockCommands {
  const run = scriptCaller(store, namespace, emit);
  return {
    ...leaseCommands(store, namespace, emit),
    acquireAll: async (names, ask, options) =>
      decodeAcquireAll(await run(acquireAllScript, "acquire", names, [ask], options), names.length),
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
    latch: async (name, args, options) =>
      decodeWhole(await run(latchScript, "latch", [name], args, options), 0, Number(args[0])),
    list: async (cursor, pattern, count, options) =>
      decodeTexts(
        store.scan
          ? await store.scan(cursor, pattern, count, options)
          : await run(listScript, "inspect", [], [cursor, pattern, count], options),
      ) as [string, ...string[]],
  };
}
