import { readFile } from "node:fs/promises";
import { EdgeVM } from "@edge-runtime/vm";
import { scenarios } from "../scenarios/index.ts";
import type { RunByName } from "./global.ts";

// `@edge-runtime/vm`: what Vercel's tools run edge functions in. It takes a script, no modules.

const [script = "", setting = ""] = process.argv.slice(2);
const vm = new EdgeVM();
vm.evaluate(await readFile(script, "utf8"));
const runByName: RunByName = vm.evaluate("runByName");
for (const { name } of scenarios)
  console.log(JSON.stringify(await runByName(name, vm.evaluate(`(${setting})`))));
// Timers of this VM cannot be told not to keep the process: taking back what no store was there to grant would go on.
process.exit();
