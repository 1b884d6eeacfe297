import { checkKnown, checkSignal } from "../check.ts";
import { type HoldfastError, invalid } from "../errors.ts";
import { checkNamespace } from "../locks/names.ts";
import type { Script } from "../store/script.ts";
import type { Reply, RunOptions, Store } from "../store/store.ts";
import { allTries, nextTry } from "./candidate.ts";
import { type Elected, elect } from "./elect.ts";
import { type NodeHealth, nodeHealth } from "./health.ts";
import { end, extend, forceRelease } from "./hold.ts";
import { memberKeyOf } from "./keys.ts";
import { inspect, scan, surveyName } from "./look.ts";
import { parseQuorum, type Quorum, type QuorumOptions } from "./options.ts";
import { retryInMs } from "./tally.ts";
import { createWaiting, type Waiting } from "./waiting.ts";

export interface HealthOptions {
  /** Ends the question, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A store of several databases. */
export interface QuorumStore extends Store {
  /**
   * How each node is for the locks of a namespace. A node that turns out to be new, or to have been restarted, is noted as such by this,
   * and begins its wait.
   *
   * @throws HoldfastError `invalid-argument` for a namespace that cannot be.
   */
  health(namespace?: string, options?: HealthOptions): Promise<readonly NodeHealth[]>;
}

/**
 * A store whose locks are held on a majority of 3 to 9 databases that know nothing of each other, so that they outlive the
 * loss of any minority. Does no I/O.
 *
 * For exclusive locks, of one name or several, and all that rests on them: renewal, `adopt`, elections. Semaphores, read/write locks,
 * latches and guarded writes are refused, since a count or a value that is kept on independent nodes has no majority that must
 * agree on it; so is everything that needs a queue. Waiters ask again at random times, so their order is by chance.
 *
 * A lease takes two rounds of requests to all nodes (one without `writeBack`), an extension and a release one. No round waits for a node that it does
 * not need. A node that is new, or that was restarted, votes after `maxTtlMs`; see {@link foundQuorum} for the first time.
 *
 * @throws HoldfastError `invalid-argument` for stores or options that cannot work.
 * @example
 * ```ts
 * const store = quorumStore([restStore(paris), restStore(oregon), restStore(tokyo)]);
 * const locks = createLocks({ store });
 * await locks.request("invoice:42", async (lease) => charge(lease.fence));
 * ```
 */
export function quorumStore(nodes: readonly Store[], options: QuorumOptions = {}): QuorumStore {
  const quorum = parseQuorum("quorumStore", nodes, options);
  const waiting = createWaiting();
  return {
    locksOnly: true,
    async run(script, keys, args, options = {}) {
      const verb = VERBS[script.name];
      if (!verb) throw refusal(script);
      return verb(quorum, keys, args, options, waiting);
    },
    scan: (cursor, pattern, count, options = {}) => scan(quorum, cursor, pattern, count, options),
    async health(namespace = "holdfast", options = {}) {
      const { signal } = checkKnown(options, ["signal"], "health option");
      checkNamespace(namespace);
      checkSignal(signal);
      return nodeHealth(quorum, memberKeyOf(quorum.membership ?? namespace), { signal });
    },
  };
}

type Verb = (
  quorum: Quorum,
  keys: readonly string[],
  args: readonly string[],
  options: RunOptions,
  waiting: Waiting,
) => Promise<Reply>;

/** What each of the SDK's scripts becomes. */
const VERBS: Readonly<Record<string, Verb>> = {
  async acquire(quorum, keys, [kind, , ask = "", manner, maxWaiters], options, waiting) {
    if (kind !== "mutex") throw invalid(`${COUNTS}${INSTEAD}`);
    if (manner === "barge-steal")
      throw invalid("a quorum knows no steal: no one step ends a lease on several nodes and takes it.");
    if (maxWaiters !== "0") throw invalid("a quorum has no queue, so maxWaiters cannot be kept.");
    const elected = await take(quorum, keys, ask, true, options, waiting);
    if (elected.status === "granted") {
      const { fences, owner, serverNow } = elected;
      return ["granted", fences[0] ?? 0, relied(quorum, elected.remainingMs), owner, serverNow];
    }
    if (elected.status !== "held") return plain(elected);
    const { freeInMs, heldForMs, serverNow, retryMs, unsettled } = elected;
    return ["held", freeInMs, heldForMs, 0, serverNow, retryMs, unsettled ? 1 : 0];
  },
  async "acquire-all"(quorum, keys, [ask = ""], options, waiting) {
    const elected = await take(quorum, keys, ask, false, options, waiting);
    if (elected.status === "granted") {
      const { fences, owner, serverNow } = elected;
      return ["granted", relied(quorum, elected.remainingMs), owner, serverNow, ...fences];
    }
    if (elected.status !== "held") return plain(elected);
    const { blocked, freeInMs, heldForMs, serverNow, retryMs, unsettled } = elected;
    return ["held", blocked, freeInMs, heldForMs, serverNow, retryMs, unsettled ? 1 : 0];
  },
  async extend(quorum, keys, args, options) {
    const remaining = await extend(quorum, keys, args, options);
    return remaining.map((ms) => (ms > 0 ? relied(quorum, ms) : ms));
  },
  release: (quorum, keys, [attempt = "", owner = ""], options) =>
    end(quorum, keys, attempt, allTries(owner), options),
  async "take-back"(quorum, keys, [, , ask = ""], options) {
    const [attempt = "", owner = ""] = ask.split(" ");
    await end(quorum, keys, attempt, owner, options);
    return 1;
  },
  "force-release": forceRelease,
  inspect,
  survey: surveyName,
};

/** One try, and for who is told no, when to make the next. `alone`: whether a node may be asked before the others. */
async function take(
  quorum: Quorum,
  keys: readonly string[],
  ask: string,
  alone: boolean,
  options: RunOptions,
  waiting: Waiting,
): Promise<Elected & { readonly retryMs: number }> {
  const candidate = nextTry(quorum, ask);
  const { attempt } = candidate;
  const first = alone ? waiting.next(attempt) : undefined;
  const elected = await elect(quorum, keys, candidate, first, 1 + waiting.splits(attempt), options);
  if (elected.status !== "held") {
    waiting.forget(attempt);
    return { ...elected, retryMs: 0 };
  }
  if (!elected.by) waiting.split(attempt);
  else if (elected.by !== first) waiting.held(attempt, elected.by);
  return { ...elected, retryMs: retryInMs(quorum, elected, waiting.splits(attempt)) };
}

function plain(elected: Exclude<Elected, { status: "granted" | "held" }>): Reply {
  return elected.status === "kind" ? elected.reply : ["ended"];
}

/** What is left when clocks may drift by more than leases allow for in any case. */
function relied({ driftFactor }: Quorum, ms: number): number {
  return Math.floor((ms * (1 - driftFactor)) / 0.99);
}

const COUNTS =
  "a quorum carries exclusive locks only: counts and values that independent nodes keep for themselves have no majority that must agree on them. ";
const INSTEAD = "Use one database, with replica acknowledgement (acks) where its loss matters.";

function refusal({ name }: Script): HoldfastError {
  return invalid(`${COUNTS}The script "${name}" needs one. ${INSTEAD}`);
}
