import tab from "@bomb.sh/tab/commander";
import { Command, CommanderError } from "commander";
import { Signalled } from "./child/signals.ts";
import { breakCommand } from "./commands/break.ts";
import { historyCommand } from "./commands/history.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { lockCommand } from "./commands/lock.ts";
import { lsCommand } from "./commands/ls.ts";
import { runCommand } from "./commands/run.ts";
import type { Given } from "./commands/shared.ts";
import { EXIT } from "./exit-codes.ts";
import { failureOf } from "./failure.ts";
import { splitCommand } from "./input/split-command.ts";
import { say } from "./output/text.ts";

const COMMANDS = [lockCommand, runCommand, lsCommand, inspectCommand, breakCommand, historyCommand];

const HELP = `
Examples:
  holdfast lock deploy -- ./deploy.sh
  holdfast run --job nightly --schedule '0 2 * * *' --at-most 30m -- ./nightly.sh
  holdfast ls --watch
  source <(holdfast completion bash)                        zsh, fish and powershell alike

The connection comes from the environment: UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN, or HOLDFAST_URL and
HOLDFAST_API_KEY of a lock service, or HOLDFAST_REDIS_URL (redis://…). Durations are written 500ms, 30s, 10m, 1h30m.
`;

/** Runs the command line. @returns its exit code. */
export async function run(argv: readonly string[], version: string): Promise<number> {
  const { own, command } = splitCommand(argv);
  let exitCode = 0;
  const end = (code: number) => {
    exitCode = code;
  };
  try {
    await program({ command, end }, version).parseAsync(own, { from: "user" });
    return exitCode;
  } catch (error) {
    // The parser has said what is wrong. It ends with 0 after --help and --version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    if (error instanceof Signalled) return error.exitCode;
    const failure = failureOf(error);
    say(failure.message);
    return failure.exitCode;
  }
}

function program(given: Given, version: string): Command {
  const root = new Command("holdfast")
    .description("Distributed locks for people, scripts and crontabs")
    .version(version)
    .exitOverride()
    .showHelpAfterError("Try --help.")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "holdfast: ")) })
    .addHelpText("after", HELP);
  for (const add of COMMANDS) add(root, given);
  tab(root, { completionCommandName: "completion" });
  return root;
}
