import { writeFileSync } from "node:fs";
import { watchForEnd } from "../../scripts/start/ending.ts";
import { load } from "./load.ts";
import { type LoadOptions, readOptions, USAGE } from "./options.ts";
import { pageText, resultText } from "./page.ts";

// `npm run load`: the service under more than it should ever get.

const ending = watchForEnd();
process.exit(await main());

async function main(): Promise<number> {
  let options: LoadOptions | "help";
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const report = await load(options, ending);
    process.stdout.write(`${resultText(report)}\n`);
    if (options.page !== undefined) writeFileSync(options.page, pageText(report));
    return report.wrongs.length === 0 ? 0 : 1;
  } catch (error) {
    if (ending.aborted) return 130;
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return 1;
  }
}
