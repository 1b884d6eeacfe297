import type { Script } from "./script.ts";

/** What a script may answer over RESP2 or the REST protocol. */
export type Reply = string | number | null | readonly Reply[];

/** Why a request is sent once more. */
export type RetryReason = "network" | "timeout" | "status" | "busy";

export interface RetryInfo {
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** The pause before the next one, in milliseconds. */
  readonly delayMs: number;
  readonly reason: RetryReason;
}

/** How a node of a quorum answered: for the request, against it, not allowed to vote yet, not in time, or with an error. */
export type NodeVote = "yes" | "no" | "barred" | "silent" | "refused";

/** What a store tells of a run beside its reply. */
export type StoreNotice =
  /** One node of a quorum answered one of its requests, or did not in time. */
  | {
      readonly type: "voted";
      readonly node: string;
      readonly vote: NodeVote;
      /** How long the node took, in milliseconds. */
      readonly durationMs: number;
    }
  /** Fewer replicas than were wanted have the write in time. */
  | {
      readonly type: "under-replicated";
      readonly acknowledged: number;
      readonly wanted: number;
    };

export interface RunOptions {
  /** Ends the run at once; it rejects with the signal's reason. What the server did is then unknown. */
  readonly signal?: AbortSignal | undefined;
  /** Time for all tries together, in milliseconds. Default: as many as the store retries. */
  readonly budgetMs?: number | undefined;
  /** Time for one try, in milliseconds, if shorter than the store's own `timeoutMs`. */
  readonly attemptMs?: number | undefined;
  /** Whether a try that failed, the how-manieth from 1, is worth another, as far as the store would make one. */
  readonly retryWhile?: ((attempt: number) => boolean) | undefined;
  /** Nobody waits for the answer: its timers must not keep a Node process alive. */
  readonly background?: boolean | undefined;
  /** Called right before each try leaves. The last call belongs to the try that was answered. */
  readonly onSend?: (() => void) | undefined;
  readonly onRetry?: ((info: RetryInfo) => void) | undefined;
  readonly onNotice?: ((notice: StoreNotice) => void) | undefined;
}

/**
 * Where scripts run. Every script of this library may be executed any number of times for one call, so a store
 * retries what got no answer.
 */
export interface Store {
  /** It carries exclusive locks and nothing else: neither counts nor values. */
  readonly locksOnly?: true;

  /**
   * Runs one script and gives its reply.
   *
   * @throws HoldfastError `unavailable` when there was no usable answer in time, `unauthorized` when the
   * credentials are not accepted, `kind-mismatch` when a key holds another data type, `refused` when the server
   * will not run it. None carries a key, an argument or a body.
   */
  run(script: Script, keys: readonly string[], args: readonly string[], options?: RunOptions): Promise<Reply>;

  /**
   * Listens to a channel. Resolves once the server has confirmed it; from then on no message is missed until
   * `closed` resolves. Rejects when the channel cannot be listened to.
   *
   * A store without it works: its waiters ask again from time to time.
   */
  subscribe?(
    channel: string,
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<Subscription>;

  /**
   * Where a key lives, if not all keys live together: a script is then given keys of one slot only, and what concerns
   * several names takes a request for each slot. In a Redis Cluster: the hash slot.
   */
  slotOf?(key: string): number;

  /**
   * A page of the keys that match a pattern of SCAN's, and the cursor of the next one: "0" before the first and after
   * the last page, digits and dots otherwise. For a store whose keys are spread over servers, or not called on the
   * server what they are called here. Without it, a script scans.
   *
   * @throws HoldfastError as `run`.
   */
  scan?(
    cursor: string,
    pattern: string,
    count: number,
    options?: RunOptions,
  ): Promise<readonly [cursor: string, ...keys: string[]]>;
}

/** Listens to a channel, as a {@link Store} does. */
export type Subscribe = (
  channel: string,
  onMessage: (message: string) => void,
  signal: AbortSignal,
) => Promise<Subscription>;

export interface Subscription {
  /** Resolves when messages can be missed from now on: the stream broke, or the signal ended it. Never rejects. */
  readonly closed: Promise<void>;
}
