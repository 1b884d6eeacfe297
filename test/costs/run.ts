import { measureCosts } from "./measure.ts";
import { costTable } from "./table.ts";

// `npm run costs`: prints the table of docs/service/costs.md.

process.stdout.write(`${costTable(await measureCosts())}\n`);
