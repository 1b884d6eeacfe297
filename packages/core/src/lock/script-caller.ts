import { HoldfastError } from "../errors.ts";
import type { Emit, Verb } from "../events.ts";
import { keysOf } from "../locks/names.ts";
import type { Script } from "../store/script.ts";
import type { Reply, RunOptions, Store } from "../store/store.ts";
import { decodeKind, decodeWhole } from "./replies.ts";

/** Runs a script over the keys of names, tells of retries and of what the store notices, and refuses names that are something else. */
export type ScriptCaller = (
  script: Script,
  during: Verb,
  names: readonly string[],
  args: (string | number)[],
  options: RunOptions,
) => Promise<Reply>;

export function scriptCaller(store: Store, namespace: string, emit: Emit): ScriptCaller {
  return async (script, during, names, args, options) => {
    const onRetry: RunOptions["onRetry"] =
      emit && ((info) => emit({ type: "retried", names, during, ...info }));
    const onNotice: RunOptions["onNotice"] = emit && ((notice) => emit({ names, during, ...notice }));
    const keys = names.flatMap((name) => keysOf(namespace, name));
    const reply = await store.run(script, keys, args.map(String), { ...options, onRetry, onNotice });
    if (Array.isArray(reply) && reply[0] === "kind") throw kindMismatch(names[0], reply);
    return reply;
  };
}

function kindMismatch(name: string | undefined, [, kind, capacity]: readonly Reply[]): HoldfastError {
  const used = kind
    ? `as a ${decodeKind(kind)} of capacity ${decodeWhole(capacity)}`
    : "by something that is not a lock";
  return new HoldfastError(
    "kind-mismatch",
    `${JSON.stringify(name)} is in use ${used}; choose another name or namespace.`,
  );
}
