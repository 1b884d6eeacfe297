import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { redisServerPath } from "@holdfast/testing/node";
import { createMeasurements } from "../measure.ts";
import { CONDITIONS } from "./conditions.ts";
import { underFaults } from "./faults.ts";
import { fenceOrder } from "./fence-order.ts";
import { startNodes } from "./nodes.ts";
import { holdfast, holdfastNoWriteBack, holdfastRest } from "./peers/holdfast.ts";
import { redlock } from "./peers/redlock.ts";
import { redlockUniversal } from "./peers/redlock-universal.ts";
import { restartedVoter } from "./restarted-voter.ts";
import { quorumTables } from "./table.ts";

// `npm run bench:quorum`: locks over five nodes side by side, in one run. Writes bench/quorum.json.

const USAGE = `Usage: npm run bench:quorum -- [options]

  --quick     one run of each instead of three, under three minutes
  --help      this text
`;
const RESULTS = new URL("../../../bench/quorum.json", import.meta.url);

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

if (values.help) process.stdout.write(USAGE);
else if (redisServerPath() === null) {
  process.stderr.write("There is no redis-server on the PATH, and this comparison needs five.\n");
  process.exitCode = 1;
} else {
  await main(values.quick);
  // The rivals leave timers and half-open connections behind.
  process.exit();
}

async function main(quick: boolean): Promise<void> {
  const started = performance.now();
  const measurements = createMeasurements("redis-server");
  const show = process.stderr.isTTY;
  const runs = quick ? 1 : 3;
  {
    await using nodes = await startNodes();
    const bench = {
      nodes,
      measurements,
      runs,
      clients: 8,
      sliceMs: 1500,
      turns: 500,
      progress: (text: string) => process.stderr.write(show ? `\r\x1b[2K${text}` : ""),
    };
    const overTcp = [holdfast, holdfastNoWriteBack, redlock, redlockUniversal];
    await underFaults(bench, CONDITIONS, [...overTcp, holdfastRest]);
    await fenceOrder(bench, overTcp);
    await restartedVoter(bench, [holdfast, redlock, redlockUniversal]);
    bench.progress("");
  }
  const rows = measurements.rows();
  mkdirSync(new URL(".", RESULTS), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify(rows, null, 2)}\n`);
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(`
${runs === 1 ? "One run" : `Medians of ${runs} runs`} on five redis-servers, Node ${process.version}, in ${seconds} s; all of it is in bench/quorum.json.

${quorumTables(rows)}
`);
}
