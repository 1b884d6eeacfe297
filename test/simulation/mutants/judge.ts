import type { PrimitiveName } from "../primitives.ts";
import type { RunOptions } from "../run-seed.ts";
import type { Mutant } from "./mutant.ts";
import { openTrial, type Trial } from "./trial.ts";

export interface Verdict {
  readonly mutant: Mutant;
  /** Runs that it took. */
  readonly runs: number;
  /** What gave it away; none if it survived. */
  readonly killed: Killed | undefined;
  /** Why it could not be run: that proves nothing. */
  readonly broken?: string;
}

export interface Killed {
  readonly seed: number;
  readonly primitive: PrimitiveName | undefined;
  /** The check that failed first, or `hangs`. */
  readonly check: string;
  readonly text: string;
}

/** A run takes a second or so. */
const LIMIT_MS = 120_000;

/**
 * Runs the mutant until a check fails, or the runs are used up. What fails without the mistake as well proves nothing.
 *
 * @param healthy the SDK as it is.
 */
export async function judge(mutant: Mutant, runs: readonly RunOptions[], healthy: Trial): Promise<Verdict> {
  const trial = openTrial(mutant.name, LIMIT_MS);
  let count = 0;
  try {
    for (const run of runs) {
      count++;
      const killed = await tried(trial, run);
      if (!killed) continue;
      const sick = await tried(healthy, run);
      if (sick)
        throw new Error(`seed ${run.seed} fails without the mistake as well: ${sick.check}: ${sick.text}`);
      return { mutant, runs: count, killed };
    }
    return { mutant, runs: count, killed: undefined };
  } catch (error) {
    return { mutant, runs: count, killed: undefined, broken: String(error) };
  } finally {
    await trial.close();
  }
}

export function openHealthyTrial(): Trial {
  return openTrial(undefined, LIMIT_MS);
}

async function tried(trial: Trial, run: RunOptions): Promise<Killed | undefined> {
  const { seed } = run;
  const outcome = await trial.run(run);
  if (outcome === "hangs")
    return { seed, primitive: run.primitive, check: "hangs", text: `seed ${seed} did not come to an end` };
  const [first] = outcome.violations;
  return first && { seed, primitive: outcome.primitive, check: first.promise, text: first.text };
}
