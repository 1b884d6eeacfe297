import process from "node:process";
import { scenarios } from "../scenarios/index.ts";
import { runScenario } from "../scenarios/report.ts";
import { tcpScenarios } from "../scenarios/tcp.ts";
import { createWorld } from "../scenarios/world.ts";

// Node, Deno and Bun: a program that runs all scenarios, or those that are named, and writes a line of JSON for each.

const { bun, deno, node } = process.versions;
print({ version: bun ?? deno ?? node });
const [setting = "", names] = process.argv.slice(2);
const all = [...scenarios, ...tcpScenarios];
const world = createWorld(JSON.parse(setting));
for (const scenario of all)
  if (names === undefined || JSON.parse(names).includes(scenario.name))
    print(await runScenario(scenario, world));
// It must end by itself: what keeps it alive would keep a reader's program alive.

function print(line: object): void {
  console.log(JSON.stringify(line));
}
