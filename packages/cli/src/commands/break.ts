import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { EXIT } from "../exit-codes.ts";
import { Failure, usage } from "../failure.ts";
import { lockJson } from "../output/lock-json.ts";
import { lockText } from "../output/lock-text.ts";
import { print, printable } from "../output/text.ts";
import { type ConnectOptions, connected, connects, type Given, runsNothing } from "./shared.ts";

interface BreakOptions extends ConnectOptions {
  readonly reason: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Whoever holds it learns it at the next request; until then only the fence keeps them from writing.
The reason is kept in the service's history; a database keeps none.

Examples:
  holdfast break deploy --reason 'its machine is gone'
  holdfast break deploy --reason 'incident 4711' --yes --json
`;

/** `holdfast break`: ends the leases of others. */
export function breakCommand(parent: Command, given: Given): void {
  const command = parent
    .command("break")
    .description("end the leases of a lock, whoever holds it")
    .argument("<name>", "of the lock")
    .requiredOption("--reason <text>", "why, for those who ask later")
    .option("-y, --yes", "do not ask")
    .option("--json", "for programs")
    .addHelpText("after", EXAMPLES);
  connects(command).action(async (name: string, options: BreakOptions) => {
    runsNothing(given);
    const { reason, yes, json } = options;
    if (reason.trim() === "" || reason.length > 200) throw usage("--reason has 1 to 200 characters.");
    if (!yes && !process.stdin.isTTY) throw usage("Nobody can be asked here: say --yes.");
    await connected(options, async ({ locks, breakLock }) => {
      if (!yes) await confirm(lockText(lockJson(await locks.inspect(name))), name);
      const broken = await breakLock(name, reason);
      if (json) print(JSON.stringify({ name, broken }, undefined, 2));
      else print(printable(broken ? `Broken: "${name}".` : `Nobody held "${name}".`));
    });
  });
}

async function confirm(state: string, name: string): Promise<void> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${state}\n\nBreak "${printable(name)}"? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure(EXIT.conflict, "left as it is.");
  } finally {
    asking.close();
  }
}
