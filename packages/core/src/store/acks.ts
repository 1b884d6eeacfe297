import { checkKnown, checkMs, checkWhole } from "../check.ts";
import { invalid, UnacknowledgedError } from "../errors.ts";
import type { CommandReply } from "./script-runner.ts";
import type { RunOptions, Subscribe } from "./store.ts";

/** On how many servers a write has to be before its answer counts. */
export interface AcksOptions {
  /** How many replicas must have it: 1 to 100, or from 0 with `fsync`. */
  readonly replicas: number;
  /**
   * How long the server waits for them, in milliseconds: 1 to half the store's `timeoutMs`. A try that has less time than
   * that, as for a short lease, waits for half of it.
   */
  readonly timeoutMs: number;
  /**
   * What too few acknowledgements are: a failed request (`fail`, the default), or told as the event `under-replicated` and
   * nothing more (`warn`).
   */
  readonly onTooFew?: "fail" | "warn";
  /**
   * Counts what is on disk, in the append-only files of the primary and of so many replicas. For Redis 7.2 or newer, and
   * Valkey. Default false: what a replica has in its memory.
   */
  readonly fsync?: boolean;
}

/** @throws HoldfastError `invalid-argument` for what cannot work. `timeoutMs` is the store's. */
export function parseAcks(
  options: AcksOptions | undefined,
  timeoutMs: number,
): Required<AcksOptions> | undefined {
  if (options === undefined) return undefined;
  const known = ["replicas", "timeoutMs", "onTooFew", "fsync"];
  const { onTooFew = "fail", fsync = false, ...acks } = checkKnown(options, known, "acks option");
  if (typeof fsync !== "boolean") throw invalid("acks.fsync must be true or false.");
  if (onTooFew !== "fail" && onTooFew !== "warn") throw invalid('acks.onTooFew must be "fail" or "warn".');
  checkWhole("acks.replicas", acks.replicas, fsync ? 0 : 1, 100, "", fsync ? "" : " (0 with fsync)");
  checkMs("acks.timeoutMs", acks.timeoutMs, 1, Math.floor(timeoutMs / 2), " (half the store's timeoutMs)");
  return { ...acks, onTooFew, fsync };
}

/** One script that has to be acknowledged. */
export interface Acknowledgement {
  /** What is sent right behind the script, on its connection, in a try of `limitMs`. */
  readonly command: (limitMs: number) => readonly string[];
  /**
   * Judges the answer to it, given whether anything rests on what the script wrote.
   *
   * @throws HoldfastError `unavailable` when too few have it, `refused` or `unauthorized` when the server will not wait.
   */
  check(answer: CommandReply | undefined, rests: boolean, options: RunOptions): void;
}

export function acknowledgement({
  replicas,
  timeoutMs,
  onTooFew,
  fsync,
}: Required<AcksOptions>): Acknowledgement {
  const wanted = replicas + Number(fsync);
  let waitedMs = timeoutMs;
  return {
    command(limitMs) {
      waitedMs = Math.max(Math.floor(Math.min(timeoutMs, limitMs / 2)), 1);
      return [...(fsync ? ["WAITAOF", "1"] : ["WAIT"]), String(replicas), String(waitedMs)];
    },
    check(answer, rests, { onNotice }) {
      if (!answer || "error" in answer)
        throw new UnacknowledgedError(
          answer?.error.startsWith("NOPERM") ? "unauthorized" : "refused",
          `the server refused ${
            fsync
              ? "WAITAOF: acks.fsync needs Redis 7.2 or newer, or Valkey, with appendonly yes"
              : "WAIT: acks needs a token or user that may run it"
          }.`,
        );
      // Of WAIT the replicas; of WAITAOF the primary and the replicas. A server of its own making may answer anything.
      const counts: unknown[] = [answer.result].flat();
      const upTo = (most: number, i: number) =>
        Number.isSafeInteger(counts[i]) ? Math.min(counts[i] as number, most) : 0;
      const acknowledged = fsync ? upTo(1, 0) + upTo(replicas, 1) : upTo(replicas, 0);
      if (!rests || acknowledged >= wanted) return;
      onNotice?.({ type: "under-replicated", acknowledged, wanted });
      if (onTooFew === "fail")
        throw new UnacknowledgedError(
          "unavailable",
          `${acknowledged} of ${wanted} ${fsync ? "append-only files" : "replicas"} had the write within ${waitedMs} ms: ` +
            "a lease that it granted is given back, one that it extended ends when it would have ended.",
        );
    },
  };
}

/**
 * For a store with acks: a grant that a waiter hears of was written by somebody else's release, and nobody waited for replicas.
 * Told as a lease of 0 ms it is not relied on, but looked for, and that look is acknowledged.
 */
export function unproven<S extends Subscribe | undefined>(
  acks: Required<AcksOptions> | undefined,
  subscribe: S,
): S {
  if (!acks || !subscribe) return subscribe;
  const told: Subscribe = (channel, onMessage, signal) =>
    subscribe(channel, (message) => onMessage(message.replace(/^(granted .* )\d+$/, "$10")), signal);
  return told as S;
}
