import type { Invoked, Operation, ServerHolder, ServerState } from "../events.ts";

export interface Contender {
  readonly op: Operation;
  readonly attempt: string;
  readonly asked: Invoked;
}

/** A correct lock in a few lines: holders with an end, a queue, and fences that rise. */
export interface ModelServer {
  /** "granted", or a place, or nothing. */
  acquire(contender: Contender): "granted" | "queued" | "refused";
  extend(op: Operation, ttlMs: number): number | undefined;
  /** Ends the lease, or leaves the queue. */
  remove(op: Operation): boolean;
  /** Lets expired leases go and the next ones in. */
  tidy(): void;
  holder(op: Operation): ServerHolder | undefined;
  state(): ServerState;
}

export const CLAIM_MS = 30;
export const TTL_MS = 100;
export const WAIT_MS = 250;

/** @param onPromoted told of a grant out of the queue; it lasts a claim window. */
export function modelServer(
  name: string,
  capacity: number,
  nowMs: () => number,
  onPromoted: (op: Operation) => void,
): ModelServer {
  let holders: ServerHolder[] = [];
  let queue: Contender[] = [];
  let fence = 0;

  const fits = ({ asked }: Contender) =>
    holders.reduce((sum, { weight }) => sum + weight, asked.weight) <= capacity;
  const grant = ({ op, attempt, asked }: Contender, leaseMs: number) =>
    holders.push({ op, attempt, fence: ++fence, weight: asked.weight, until: nowMs() + leaseMs });

  function tidy(): void {
    holders = holders.filter(({ until }) => until > nowMs());
    for (let first = queue[0]; first && fits(first); first = queue[0]) {
      queue.shift();
      grant(first, CLAIM_MS);
      onPromoted(first.op);
    }
  }

  return {
    tidy,
    acquire(contender) {
      tidy();
      const { fair = true, waits = true } = contender.asked;
      if (fits(contender) && (queue.length === 0 || !fair)) {
        grant(contender, TTL_MS);
        return "granted";
      }
      if (!waits) return "refused";
      queue.push(contender);
      return "queued";
    },
    extend(op, ttlMs) {
      tidy();
      const held = holders.find((holder) => holder.op === op);
      if (!held) return undefined;
      const until = Math.max(held.until, nowMs() + ttlMs);
      holders[holders.indexOf(held)] = { ...held, until };
      return until;
    },
    remove(op) {
      const held = holders.some((holder) => holder.op === op);
      holders = holders.filter((holder) => holder.op !== op);
      queue = queue.filter((waiter) => waiter.op !== op);
      tidy();
      return held;
    },
    holder: (op) => holders.find((holder) => holder.op === op),
    state: () => ({
      type: "server",
      at: nowMs(),
      name,
      capacity,
      holders: [...holders],
      queue: queue.map(({ op, attempt }) => ({ op, attempt })),
    }),
  };
}
