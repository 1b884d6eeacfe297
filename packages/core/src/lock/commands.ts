import { HoldfastError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { recordKey } from "../locks/names.ts";
import type { Script } from "../store/script.ts";
import type { Reply, RunOptions, Store } from "../store/store.ts";
import {
  type AcquireReply,
  decodeAcquire,
  decodeFlag,
  decodeInspect,
  decodeRemaining,
  type InspectReply,
} from "./replies.ts";
import {
  acquireScript,
  extendScript,
  forceReleaseScript,
  inspectScript,
  releaseScript,
} from "./scripts.generated.ts";

/** Who asks: one attempt of one prospective holder. */
export interface Claim {
  readonly attempt: string;
  readonly owner: string;
}

/** The state machine of a name as this client sees it: one script each, keys and arguments in, meaning out. */
export interface LockCommands {
  acquire(
    name: string,
    claim: Claim,
    ttlMs: number,
    metadata: string,
    options: RunOptions,
  ): Promise<AcquireReply>;
  /** For each lease the milliseconds it has left, 0 for one that is not held any more. One request for all. */
  extend(
    leases: readonly { name: string; owner: string; ttlMs: number }[],
    options: RunOptions,
  ): Promise<number[]>;
  /** Whether the lease was this owner's until now, or was released by an earlier try of the same call. */
  release(name: string, claim: Claim, options: RunOptions): Promise<boolean>;
  /** Releases what the attempt may have got, and keeps an acquire that is still on its way from getting anything. */
  takeBack(name: string, claim: Claim, options: RunOptions): Promise<boolean>;
  inspect(name: string, options: RunOptions): Promise<InspectReply>;
  forceRelease(name: string, options: RunOptions): Promise<boolean>;
}

type Verb = "acquire" | "extend" | "release" | "inspect";

export function lockCommands(store: Store, namespace: string, emit: Emit): LockCommands {
  const key = (name: string) => recordKey(namespace, name);

  async function run(
    script: Script,
    during: Verb,
    names: string[],
    args: string[],
    options: RunOptions,
  ): Promise<Reply> {
    const onRetry =
      emit &&
      ((info: Parameters<NonNullable<RunOptions["onRetry"]>>[0]) =>
        emit({ type: "retried", names, during, ...info }));
    const reply = await store.run(script, names.map(key), args, { ...options, onRetry });
    if (Array.isArray(reply) && reply[0] === "kind")
      throw new HoldfastError(
        "kind-mismatch",
        `${JSON.stringify(names[0])} is in use as another kind of lock, or its key by something else; choose another name or namespace.`,
      );
    return reply;
  }

  return {
    acquire: async (name, { attempt, owner }, ttlMs, metadata, options) =>
      decodeAcquire(
        await run(acquireScript, "acquire", [name], [attempt, owner, String(ttlMs), metadata], options),
      ),
    extend: async (leases, options) => {
      const names = leases.map((lease) => lease.name);
      const args = leases.flatMap((lease) => [lease.owner, String(lease.ttlMs)]);
      return decodeRemaining(await run(extendScript, "extend", names, args, options), leases.length);
    },
    release: async (name, { attempt, owner }, options) =>
      decodeFlag(await run(releaseScript, "release", [name], [owner, attempt, "0"], options)),
    takeBack: async (name, { attempt, owner }, options) =>
      decodeFlag(await run(releaseScript, "release", [name], [owner, attempt, "1"], options)),
    inspect: async (name, options) => decodeInspect(await run(inspectScript, "inspect", [name], [], options)),
    forceRelease: async (name, options) =>
      decodeFlag(await run(forceReleaseScript, "release", [name], [], options)),
  };
}
