import { FAULT_KINDS } from "@holdfast/testing/simulation";
import type { SimulateOptions } from "../options.ts";
import type { RunOptions } from "../run-seed.ts";
import { judge, openHealthyTrial, type Verdict } from "./judge.ts";
import { MUTANTS } from "./list/index.ts";
import type { Mutant } from "./mutant.ts";

/** Breaks the code in every known way and shows what finds each. False when one is not found. */
export async function simulateMutants(options: SimulateOptions): Promise<boolean> {
  const started = performance.now();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const chosen = MUTANTS.filter(
    ({ name, quorum }) =>
      (options.mutant === undefined || options.mutant === name) && (quorum || !options.quorum),
  );
  if (chosen.length === 0) throw new Error(`there is no mutant ${options.mutant}.`);
  print(row("mutant", "killed by", "seed", "runs", "the mistake"));
  const left = chosen.values();
  const verdicts: Verdict[] = [];
  const work = async () => {
    const healthy = openHealthyTrial();
    for (const mutant of left) {
      const verdict = await judge(mutant, runsOf(mutant, options), healthy);
      verdicts.push(verdict);
      print(told(verdict));
    }
    await healthy.close();
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  const survivors = verdicts.filter(({ killed }) => !killed).map(({ mutant }) => mutant.name);
  const runs = verdicts.reduce((sum, verdict) => sum + verdict.runs, 0);
  print(
    `${verdicts.length} mutants, ${runs} runs, ${Math.round((performance.now() - started) / 1000)} s` +
      (survivors.length > 0 ? `\nnot killed, so a check is missing: ${survivors.join(", ")}` : ""),
  );
  print(`${verdicts.length - survivors.length} passed, ${survivors.length} failed`);
  return survivors.length === 0;
}

/** What is asked for by hand goes before what shows the mutant soonest. */
function runsOf(
  { primitive: itsPrimitive, faults: itsFaults, quorum, seed }: Mutant,
  { seeds, from, primitive = itsPrimitive, faults }: SimulateOptions,
): RunOptions[] {
  const chosen = faults === FAULT_KINDS ? itsFaults : faults;
  const inOrder = Array.from({ length: seeds }, (_, i) => from + i);
  return (seed === undefined ? inOrder : [seed, ...inOrder]).map((one) => ({
    seed: one,
    ...(primitive && { primitive }),
    ...(chosen && { faults: chosen }),
    ...(quorum && { quorum }),
  }));
}

function told({ mutant, runs, killed, broken }: Verdict): string {
  const seed = killed ? `${killed.seed} (${killed.primitive ?? "drawn"})` : "";
  const check = killed?.check ?? (broken ? "BROKEN" : "SURVIVED");
  return row(mutant.name, check, seed, String(runs), broken ?? mutant.what);
}

function row(name: string, check: string, seed: string, runs: string, what: string): string {
  return `${name.padEnd(42)}${check.padEnd(14)}${seed.padEnd(18)}${runs.padStart(4)}  ${what}`;
}
