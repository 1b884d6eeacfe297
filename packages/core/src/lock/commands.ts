import { HoldfastError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { keysOf } from "../locks/names.ts";
import type { Script } from "../store/script.ts";
import type { Reply, RunOptions, Store } from "../store/store.ts";
import {
  type AcquireReply,
  decodeAcquire,
  decodeInspect,
  decodeNumbers,
  decodeWhole,
  type InspectReply,
} from "./replies.ts";
import {
  acquireScript,
  extendScript,
  forceReleaseScript,
  inspectScript,
  releaseScript,
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
  release(target: Target, claim: Claim, options: RunOptions): Promise<boolean>;
  /** Releases what the ask got, takes it out of the queue, and keeps it from getting anything should it arrive late. */
  takeBack(target: Target, claim: Claim, ask: string, options: RunOptions): Promise<void>;
  inspect(name: string, most: number, options: RunOptions): Promise<InspectReply>;
  /** How many leases were broken. */
  forceRelease(name: string, options: RunOptions): Promise<number>;
}

type Verb = "acquire" | "extend" | "release" | "inspect";

export function lockCommands(store: Store, namespace: string, emit: Emit): LockCommands {
  async function run(
    script: Script,
    during: Verb,
    names: string[],
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
  const release = (target: Target, { attempt, owner }: Claim, ask: string, options: RunOptions) =>
    run(
      releaseScript,
      "release",
      [target.name],
      [target.kind, target.capacity, attempt, owner, ask],
      options,
    );

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
    release: async (target, claim, options) =>
      decodeNumbers(await release(target, claim, "", options), 1)[0] === 1,
    takeBack: async (target, claim, ask, options) => {
      await release(target, claim, ask, options);
    },
    inspect: async (name, most, options) =>
      decodeInspect(await run(inspectScript, "inspect", [name], [most], options)),
    forceRelease: async (name, options) =>
      decodeWhole(await run(forceReleaseScript, "release", [name], [], options)),
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
