import type { SimulateOptions } from "../options.ts";
import { openPool } from "../pool.ts";
import { add, newTotals, summary } from "../report.ts";
import type { RunOptions } from "../run-seed.ts";
import { countFindings } from "./findings.ts";
import { checksOf, RIVALS, type RivalName, runRival } from "./index.ts";

/** `npm run simulate -- --subject …`: says what is found in somebody else's lock. Nothing that is found is a failure. */
export async function simulateRival(
  subject: RivalName,
  { seeds, from, faults, jobs }: SimulateOptions,
): Promise<void> {
  const started = performance.now();
  const totals = newTotals();
  const findings = countFindings(checksOf(faults));
  const runs = Array.from({ length: seeds }, (_, i): RunOptions => ({ seed: from + i, faults, subject }));
  const pool = openPool(jobs);
  await pool.each(runs, (outcome, run) => {
    add(totals, outcome);
    findings.add(outcome, run);
  });
  await pool.close();
  const took = performance.now() - started;
  for await (const example of findings.examples((run) => runRival(subject, run)))
    process.stdout.write(`${example}\n\n`);
  const [runsLine = "", faultsLine = ""] = summary(totals, took).split("\n");
  process.stdout.write(
    `${RIVALS[subject].title}\n${findings.table()}\n${runsLine}\n${totals.faults.size > 0 ? `${faultsLine}\n` : ""}`,
  );
}
