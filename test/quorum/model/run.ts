import { CONFIGURATIONS } from "./configurations.ts";
import { MUTANTS } from "./mutants.ts";
import { search } from "./search.ts";
import { story } from "./trace.ts";

// `npm run model`: every state that the quorum's protocol can come to on three nodes, and what each of its rules is for.
// `--quick` leaves out the large configurations, `--long` adds the largest (minutes), `--traces` tells how each mutant
// fails.

const given = (option: string) => process.argv.includes(option);
const sizes = ["quick", ...(given("--quick") ? [] : ["full"]), ...(given("--long") ? ["long"] : [])];
const traces = given("--traces");
const count = (number: number, width: number) => number.toLocaleString("en").padStart(width);
let failed = 0;

console.log(
  `${"".padEnd(66)}${"states".padStart(10)}${"steps".padStart(12)}${"depth".padStart(7)}${"seconds".padStart(9)}`,
);
for (const { title, rules } of CONFIGURATIONS.filter(({ size }) => sizes.includes(size))) {
  const started = performance.now();
  const { states, transitions, depth, finished, violation } = search(rules);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${title.padEnd(66)}${count(states, 10)}${count(transitions, 12)}${count(depth, 7)}${seconds.padStart(9)}`,
  );
  if (violation) console.log([`  broken: ${violation.property}`, ...story(violation.trace)].join("\n    "));
  if (!finished) failed += 1;
}

console.log("\nWithout one rule:");
for (const { title, rules } of MUTANTS) {
  const { states, violation } = search(rules);
  const verdict = violation
    ? `${violation.property}, after ${violation.trace.length} steps, ${count(states, 0)} states`
    : "NOT FOUND";
  console.log(`${title.padEnd(66)}${verdict}`);
  if (violation && traces) console.log(`    ${story(violation.trace).join("\n    ")}`);
  if (!violation) failed += 1;
}
if (failed > 0) console.error(`\n${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
