import type { Clock } from "../clock.ts";
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

/** As `vote.lua` knows them. */
const TRY_LENGTH = 8;
const COUNT_LENGTH = 4;

/**
 * Names of tries: some characters that tell this maker from every other, since the same attempt may be made by another
 * process, and a count, so that a node knows the later one of its own.
 */
export function tryNames(clock: Clock): () => string {
  let maker: string | undefined;
  let tries = 0;
  return () => {
    // Not before it is needed: a Worker has no chance outside of requests.
    maker ??= token(clock).slice(0, TRY_LENGTH - COUNT_LENGTH);
    tries = (tries + 1) % 36 ** COUNT_LENGTH;
    return maker + tries.toString(36).padStart(COUNT_LENGTH, "0");
  };
}

/**
 * The next try of the attempt whose ask this is.
 *
 * @throws HoldfastError `invalid-argument` when its lease would outlast what nodes that forget wait for.
 */
export function nextTry(quorum: Quorum, ask: string): Candidate {
  const [attempt = "", owner = "", ttlMs, weight, mode, delayMs, ...rest] = ask.split(" ");
  checkLasting(quorum, Number(ttlMs), Number(delayMs));
  const own = `${owner}.${quorum.tryName()}`;
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
