import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { redisServerPath } from "@holdfast/testing/node";
import { watchForEnd } from "../../scripts/start/ending.ts";
import { readOptions, type SoakOptions, USAGE } from "./options.ts";
import { soak } from "./soak.ts";
import { reportText, sampleLine } from "./table.ts";

// `npm run soak`: everything at once for half an hour, to see that nothing adds up.

/** Beyond the clients' time: start, coming to rest, the last TTL. A run that hangs ends all the same. */
const OVERTIME_MS = 10 * 60_000;

const ending = watchForEnd();
process.exit(await main());

async function main(): Promise<number> {
  let options: SoakOptions | "help";
  try {
    options = readOptions(process.argv.slice(2));
    if (options !== "help" && options.redisServer && redisServerPath() === null)
      throw new Error("There is no redis-server on the PATH; without --redis-server none is needed.");
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  const hung = setTimeout(() => process.exit(1), options.minutes * 60_000 + OVERTIME_MS);
  hung.unref();
  try {
    return await run(options);
  } catch (error) {
    if (ending.aborted) return 130;
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}

async function run(options: SoakOptions): Promise<number> {
  const report = await soak(options, ending, {
    onSample: (sample) => process.stderr.write(`${sampleLine(sample)}\n`),
  });
  mkdirSync(dirname(options.report), { recursive: true });
  writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
  const { processor, cores, node } = report.machine;
  process.stdout.write(`
${options.minutes} minutes, ${options.clients} clients, ${options.rate} cycles a second, on ${options.redisServer ? "redis-server" : "the embedded Valkey"}; ${cores} × ${processor}, Node ${node}.
Megabytes; heaps after a collection. All of it is in ${options.report}.

${reportText(report)}
`);
  return report.wrongs.length === 0 ? 0 : 1;
}
