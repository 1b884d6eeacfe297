import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { redisServerPath } from "@holdfast/testing/node";
import type { Bench } from "./bench.ts";
import { createMeasurements } from "./measure.ts";
import { type EngineName, startNetwork } from "./network.ts";
import { fullPlan, quickPlan } from "./plan.ts";
import { reachTable } from "./reach.ts";
import { tables } from "./table.ts";

// `npm run bench`: locks side by side, through one gateway and in one run. Writes bench/results.json.

const USAGE = `Usage: npm run bench -- [options]

  --quick             fewer runs and rounds, under two minutes
  --engine <name>     redis-server (default), or embedded: the Valkey inside the gateway, without the rivals that
                      need TCP and without script times
  --help              this text
`;
const RESULTS = new URL("../../bench/results.json", import.meta.url);

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    engine: { type: "string", default: "redis-server" },
    help: { type: "boolean", default: false },
  },
});

// The renewal of redis-semaphore rejects into nobody's hands when its connection ends. That is no reason to stop here.
process.on("unhandledRejection", (reason) => {
  if (!(reason instanceof Error && reason.message === "Connection is closed.")) throw reason;
});

if (values.help) process.stdout.write(USAGE);
else if (values.engine !== "redis-server" && values.engine !== "embedded") {
  process.stderr.write(`--engine: redis-server or embedded, not ${values.engine}\n`);
  process.exitCode = 1;
} else if (values.engine === "redis-server" && redisServerPath() === null) {
  process.stderr.write(
    "There is no redis-server on the PATH; npm run bench -- --engine embedded needs none.\n",
  );
  process.exitCode = 1;
} else {
  await main(values.engine, values.quick);
  // The rivals leave timers and half-open connections behind.
  process.exit();
}

async function main(engine: EngineName, quick: boolean): Promise<void> {
  const started = performance.now();
  const measurements = createMeasurements(engine);
  const show = process.stderr.isTTY;
  {
    await using network = await startNetwork(engine);
    const bench: Bench = {
      network,
      measurements,
      runs: quick ? 3 : 5,
      progress: (text) => process.stderr.write(show ? `\r\x1b[2K${text}` : ""),
    };
    await (quick ? quickPlan : fullPlan)(bench);
    bench.progress("");
  }
  const rows = measurements.rows();
  mkdirSync(new URL(".", RESULTS), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify(rows, null, 2)}\n`);
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(`
Medians of up to ${quick ? 3 : 5} runs on ${engine}, Node ${process.version}, in ${seconds} s; all of it is in bench/results.json.

${tables(rows)}

### The figures to reach

${reachTable(rows)}
`);
}
