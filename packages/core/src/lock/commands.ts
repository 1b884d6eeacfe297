import { HoldfastError } from "../errors.ts";
import type { Emit } from "../events.ts";
import type { LeaseMode } from "../lease/lease.ts";
import { keysOf } from "../locks/names.ts";
import type { Script } from "../store/script.ts";
import type { Reply, RunOptions, Store } from "../store/store.ts";
import {
  type AcquireAllReply,
  type AcquireReply,
  type ConvertReply,
  decodeAcquire,
  decodeAcquireAll,
  decodeConvert,
  decodeFlag,
  decodeInspect,
  decodeNumbers,
  decodeTexts,
  decodeWhole,
  type InspectReply,
} from "./replies.ts";
import {
  acquireAllScript,
  acquireScript,
  convertScript,
  extendScript,
  forceReleaseScript,
  inspectScript,
  latchScript,
  listScript,
  releaseScript,
  resizeScript,
  takeBackScript,
} from "./scripts.generated.ts";
import type { Claim, Target } from "./target.ts";

/** `try` does not wait, `wait` waits in turn; with `barge` a free name is taken before those who wait. */
export type Manner = "try" | "wait" | "barge" | "barge-try";

/** The state machine of a name as this client sees it: one script each, keys and arguments in, meaning out. */
export interface LockCommands {
  acquire(
    target: Target,
    ask: string,
    manner: Manner,
    maxWaiters: number,
    options: RunOptions,
  ): Promise<AcquireReply>;
  /** For each lease the milliseconds it has left, 0 for one that is not held any more. One request for all. */
  extend(
    leases: readonly (Claim & { name: string; ttlMs: number })[],
    options: RunOptions,
  ): Promise<number[]>;
  /** Whether the lease was this owner's until now, or was released by an earlier try of the same call. */
  release(
    leases: readonly { name: string; fence: number }[],
    claim: Claim,
    options: RunOptions,
  ): Promise<boolean>;
  /** Releases what the ask got, takes it out of the queue, and keeps it from getting anything should it arrive late. */
  takeBack(targets: readonly Target[], ask: string, options: RunOptions): Promise<void>;
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
  /** Counts a latch down or looks at it; the arguments are those of `latch.lua`. What is left. */
  latch(name: string, args: (string | number)[], options: RunOptions): Promise<number>;
  /** A page of the keys that match the pattern, and where the next one begins. */
  list(
    cursor: string,
    pattern: string,
    count: number,
    options: RunOptions,
  ): Promise<[cursor: string, ...keys: string[]]>;
}

type Verb = "acquire" | "extend" | "release" | "inspect" | "latch";

export function lockCommands(store: Store, namespace: string, emit: Emit): LockCommands {
  async function run(
    script: Script,
    during: Verb,
    names: readonly string[],
    args: (string | number)[],
    options: RunOptions,
  ): Promise<Reply> {
    const onRetry: RunOptions["onRetry"] =
      emit && ((info) => emit({ type: "retried", names, during, ...info }));
    const keys = names.flatMap((name) => keysOf(namespace, name));
    const reply = await store.run(script, keys, args.map(String), { ...options, onRetry });
    if (Array.isArray(reply) && reply[0] === "kind") throw kindMismatch(names[0], reply);
    return reply;
  }
  return {
    acquire: async ({ name, kind, capacity }, ask, manner, maxWaiters, options) =>
      decodeAcquire(
        await run(acquireScript, "acquire", [name], [kind, capacity, ask, manner, maxWaiters], options),
      ),
    extend: async (leases, options) => {
      const names = leases.map((lease) => lease.name);
      const args = leases.flatMap((lease) => [lease.attempt, lease.owner, lease.ttlMs]);
      return decodeNumbers(await run(extendScript, "extend", names, args, options), leases.length);
    },
    release: async (leases, { attempt, owner }, options) => {
      const names = leases.map((lease) => lease.name);
      const args = [attempt, owner, ...leases.map((lease) => lease.fence)];
      const released = decodeNumbers(await run(releaseScript, "release", names, args, options), names.length);
      return released.every((one) => one === 1);
    },
    takeBack: async (targets, ask, options) => {
      const [first] = targets;
      const names = targets.map((target) => target.name);
      if (first) await run(takeBackScript, "release", names, [first.kind, first.capacity, ask], options);
    },
    acquireAll: async (names, ask, options) =>
      decodeAcquireAll(await run(acquireAllScript, "acquire", names, [ask], options), names.length),
    convert: async (name, { attempt, owner }, fence, mode, weight, options) =>
      decodeConvert(
        await run(convertScript, "extend", [name], [attempt, owner, fence, mode, weight], options),
      ),
    resize: async ({ name, kind, capacity }, attempt, options) => {
      await run(resizeScript, "extend", [name], [kind, capacity, attempt], options);
    },
    inspect: async (name, most, options) =>
      decodeInspect(await run(inspectScript, "inspect", [name], [most], options)),
    forceRelease: async (name, attempt, options) =>
      decodeFlag(await run(forceReleaseScript, "release", [name], [attempt], options)),
    latch: async (name, args, options) => decodeWhole(await run(latchScript, "latch", [name], args, options)),
    list: async (cursor, pattern, count, options) =>
      decodeTexts(await run(listScript, "inspect", [], [cursor, pattern, count], options)) as [
        string,
        ...string[],
      ],
  };
}

function kindMismatch(name: string | undefined, [, kind, capacity]: readonly Reply[]): HoldfastError {
  const used = kind
    ? `as a ${String(kind)} of capacity ${String(capacity)}`
    : "by something that is not a lock";
  return new HoldfastError(
    "kind-mismatch",
    `${JSON.stringify(name)} is in use ${used}; choose another name or namespace.`,
  );
}
