import { checkKnown, checkSignal, checkWhole } from "../check.ts";
import type { LeaseMode } from "../lease/lease.ts";
import { scriptCaller } from "../lock/script-caller.ts";
import { surveyScript } from "../lock/scripts.generated.ts";
import type { LockKind } from "../lock/target.ts";
import { checkStore } from "../locks/connection.ts";
import { checkListStart } from "../locks/inspection.ts";
import { checkNamespace, keyPattern, keysOf, nameOf } from "../locks/names.ts";
import type { Json } from "../locks/options.ts";
import type { Store } from "../store/store.ts";
import { decodeSurvey } from "./survey-reply.ts";

export interface SurveyOptions {
  /** Only names that begin with this. Default: all. */
  readonly prefix?: string;
  /** Where the last page ended. Default: the beginning. */
  readonly cursor?: string;
  /** About how many locks to show. 1 to 100; default 100. */
  readonly limit?: number;
  /** Ends the survey, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** One lock in a line. Moments are the server's, in milliseconds since the epoch. */
export interface SurveyedLock {
  readonly name: string;
  readonly kind: LockKind;
  readonly capacity: number;
  /** The weight that is granted. */
  readonly used: number;
  /** How many hold it. */
  readonly holders: number;
  /** How many wait for it. */
  readonly waiting: number;
  /** The fence of the latest grant. */
  readonly lastFence: number;
  /** What the server's clock showed. */
  readonly serverNow: number;
  /** The one whose lease ends first. */
  readonly holder: SurveyedHolder | undefined;
}

export interface SurveyedHolder {
  /** SHA-1 of the attempt, in hex. */
  readonly hash: string;
  readonly since: number;
  readonly expiresAt: number;
  readonly mode: LeaseMode;
  readonly metadata: Json | undefined;
}

export interface SurveyPage {
  readonly locks: readonly SurveyedLock[];
  /** For the next page; `undefined` after the last. A page may be empty and not be the last. */
  readonly cursor: string | undefined;
}

/** At a time, where each name takes a request. */
const REQUESTS = 10;

/**
 * Shows the locks that are in use or were until a minute ago, in no order, a page at a time: for dashboards. Latches are not
 * among them. It changes nothing: a name whose lease ran out is shown as free, though its next waiter has not heard of it.
 *
 * A page is one request of at most 12 billed commands, and 1 more for each mutex, 5 for each other lock that is held (and
 * 1 for each of its leases that has just run out). It looks at about ten times `limit` keys of the database at the most, and
 * may show fewer locks than `limit` or about twice as many; a lock may be on two pages. A store that scans by itself, such as a Redis
 * Cluster's, takes a request of at most 7 billed commands for each name, 10 of them at a time.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work, and as the `run` of a store does.
 * @example
 * ```ts
 * const { locks, cursor } = await survey(store, "tenant-42", { prefix: "invoice:", limit: 50 });
 * ```
 */
export async function survey(
  store: Store,
  namespace: string,
  options: SurveyOptions = {},
): Promise<SurveyPage> {
  const {
    prefix = "",
    cursor = "0",
    limit = 100,
    signal,
  } = checkKnown(options, ["prefix", "cursor", "limit", "signal"], "survey option");
  checkStore("survey", store);
  checkNamespace(namespace);
  checkListStart(prefix, cursor);
  checkWhole("limit", limit, 1, 100);
  checkSignal(signal);

  const run = scriptCaller(store, namespace, undefined);
  const pattern = keyPattern(namespace, prefix);
  const last = (next: string) => (next === "0" ? undefined : next);
  if (!store.scan) {
    const reply = await run(surveyScript, "inspect", [], [cursor, pattern, limit], { signal });
    const page = decodeSurvey(reply, (key) => nameOf(namespace, key));
    return { locks: page.locks, cursor: last(page.cursor) };
  }

  const [next, ...keys] = await store.scan(cursor, pattern, limit, { signal });
  const lines = await inParallel([...new Set(keys)], async (key) => {
    const name = nameOf(namespace, key);
    // Something else of the database's may look like one of our keys.
    if (keysOf(namespace, name)[0] !== key) return [];
    return decodeSurvey(await run(surveyScript, "inspect", [name], ["0", "", 1], { signal }), () => name)
      .locks;
  });
  return { locks: lines.flat(), cursor: last(next) };
}

/** The first that fails ends it for all. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = (function* () {
    yield* items.entries();
  })();
  const worker = async () => {
    for (const [i, item] of rest) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: REQUESTS }, worker));
  return results;
}
