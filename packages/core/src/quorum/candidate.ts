import { invalid } from "../errors.ts";
import { token } from "../locks/claim.ts";
import type { Quorum } from "./options.ts";

/** Who asks for votes. An attempt may try many times; each try has an owner of its own, so that no other is taken for it. */
export interface Candidate {
  readonly attempt: string;
  /** Of this try. */
  readonly owner: string;
  /** The ask (`holders.lua`) of this try. */
  readonly ask: string;
}

/** As `vote.lua` knows it. */
const TRY_LENGTH = 8;
const COUNT_LENGTH = 5;

/**
 * The next try of the attempt whose ask this is.
 *
 * @throws HoldfastError `invalid-argument` when its lease would outlast what nodes that forget wait for.
 */
export function nextTry(quorum: Quorum, ask: string): Candidate {
  const [attempt = "", owner = "", ttlMs, weight, mode, delayMs, ...rest] = ask.split(" ");
  checkLasting(quorum, Number(ttlMs), Number(delayMs));
  // Counted, so that a node knows the later one; and by chance, since the same attempt may be made by another process.
  const count = quorum.countTry().toString(36).padStart(COUNT_LENGTH, "0");
  const own = `${owner}.${count}${token(quorum.clock).slice(0, TRY_LENGTH - COUNT_LENGTH)}`;
  return { attempt, owner: own, ask: [attempt, own, ttlMs, weight, mode, delayMs, ...rest].join(" ") };
}

/** What the owners of all tries begin with, from that of one. */
export function allTries(owner: string): string {
  return owner.slice(0, -TRY_LENGTH - 1);
}

/** @throws HoldfastError `invalid-argument` */
export function checkLasting({ maxTtlMs }: Quorum, ttlMs: number, lockDelayMs = 0): void {
  if (ttlMs + lockDelayMs > maxTtlMs)
    throw invalid(
      `ttlMs${lockDelayMs > 0 ? " and lockDelayMs together" : ""} may be at most the quorum's maxTtlMs, which is ${maxTtlMs}; give quorumStore a greater one, and all its clients the same.`,
    );
}
