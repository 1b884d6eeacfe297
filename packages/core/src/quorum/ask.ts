import { HoldfastError } from "../errors.ts";
import { elapsedMs, instant } from "../lease/deadline.ts";
import type { Script } from "../store/script.ts";
import type { NodeVote, Reply, RunOptions } from "../store/store.ts";
import type { Quorum, QuorumNode } from "./options.ts";

/** What a node said, or why it said nothing. */
export type Answer = { readonly reply: Reply } | { readonly error: HoldfastError };

/** Sends a script to one node, and tells how the node voted. Never rejects. */
export type AskNode = (
  node: QuorumNode,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
  voteOf: (reply: Reply) => NodeVote,
) => Promise<Answer>;

/** Requests for one purpose. */
export interface Round {
  readonly ask: AskNode;
  /** What the requests are for is decided: a node that has failed is asked at most `retries` times more. */
  decided(): void;
}

/** Each node has its own time, within that of the caller. */
export function createRound(quorum: Quorum, options: RunOptions, retries = 0): Round {
  const { clock, latencies, nodeTimeoutMs } = quorum;
  const begun = instant(clock);
  let open = true;
  const retryWhile = (attempt: number) => open || attempt <= retries;
  const ask: AskNode = async (node, script, keys, args, voteOf) => {
    const started = instant(clock);
    const leftMs = (options.budgetMs ?? Number.POSITIVE_INFINITY) - elapsedMs(clock, begun);
    const limitMs = Math.min(nodeTimeoutMs, leftMs);
    const tell = (vote: NodeVote) =>
      options.onNotice?.({
        type: "voted",
        node: node.label,
        vote,
        durationMs: elapsedMs(clock, started),
      });
    try {
      const { signal, background, onRetry } = options;
      const run = { signal, background, onRetry, retryWhile, budgetMs: limitMs, attemptMs: limitMs };
      const reply = await node.store.run(script, keys, args.map(String), run);
      latencies.set(node, elapsedMs(clock, started));
      tell(voteOf(reply));
      return { reply };
    } catch (error) {
      const known = error instanceof HoldfastError ? error : silent();
      // An abort says nothing about the node.
      if (!options.signal?.aborted) {
        latencies.delete(node);
        tell(known.code === "unavailable" ? "silent" : "refused");
      }
      return { error: known };
    }
  };
  return {
    ask,
    decided() {
      open = false;
    },
  };
}

function silent(): HoldfastError {
  return new HoldfastError("unavailable", "the node gave no answer.");
}

/**
 * Runs work for each node at once and asks after each step what is decided by now: the first value that is given counts,
 * and nobody waits for the rest. `look` is for work of several steps. Once all work is done there must be one.
 */
export function untilDecided<T>(
  quorum: Quorum,
  round: Round,
  signal: AbortSignal | undefined,
  work: (node: QuorumNode, look: () => void) => Promise<void>,
  decide: (all: boolean) => T | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const finish = (settle: () => void) => {
      round.decided();
      signal?.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => finish(() => reject(signal?.reason));
    signal?.addEventListener("abort", abort, { once: true });
    let open = quorum.nodes.length;
    const look = () => {
      try {
        const decided = decide(open === 0);
        if (decided !== undefined) finish(() => resolve(decided));
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const works = quorum.nodes.map(async (node) => {
      await work(node, look);
      open--;
      look();
    });
    quorum.background(Promise.all(works));
    for (const one of works) one.catch((error) => finish(() => reject(error)));
  });
}

/** The answers of all nodes, in their order. `args` makes those of one request. Rejects with the reason of an abort. */
export async function askAll(
  quorum: Quorum,
  options: RunOptions,
  script: Script,
  keys: readonly string[],
  args: () => readonly (string | number)[],
  voteOf: (reply: Reply) => NodeVote,
): Promise<readonly Answer[]> {
  const { ask } = createRound(quorum, options);
  const answers = await Promise.all(quorum.nodes.map((node) => ask(node, script, keys, args(), voteOf)));
  options.signal?.throwIfAborted();
  return answers;
}

/** The value that at least `count` of the numbers are. */
export function sharedBy(numbers: readonly number[], count: number): number | undefined {
  return numbers.find((number) => numbers.filter((other) => other === number).length >= count);
}

/** The greatest value that at least `count` of the numbers reach; 0 if there are fewer. */
export function reachedBy(numbers: readonly number[], count: number): number {
  return [...numbers].sort((a, b) => b - a)[count - 1] ?? 0;
}
