import { measureCosts } from "./measure.ts";
import { costTable } from "./table.ts";

// Prints the table of docs/service/costs.md. `node test/costs/run.ts`, after `npm run build`.

process.stdout.write(`${costTable(await measureCosts())}\n`);
