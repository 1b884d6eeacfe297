import type { Command } from "commander";
import { type Connection, connect } from "../connect.ts";
import { usage } from "../failure.ts";
import { environment } from "../input/environment.ts";

/** What a command of ours is told beside its own options. */
export interface Given {
  /** The words behind `--`. */
  readonly command: readonly string[] | undefined;
  /** How the process ends; 0 if nobody says. */
  end(exitCode: number): void;
}

/** The options that every command which connects has. */
export interface ConnectOptions {
  readonly connection?: string;
  readonly namespace?: string;
}

/** Adds the options that say where the locks live. Node takes `--env-file` for its own, wherever it stands. */
export function connects(command: Command): Command {
  return command
    .option("--connection <file>", "read the connection from a file of NAME=value lines, too")
    .option("--namespace <name>", "of the locks (default: $HOLDFAST_NAMESPACE, else holdfast)");
}

/** Connects, works, and ends what is left in the background, however the work ends. */
export async function connected<T>(
  { connection: file, namespace }: ConnectOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const env = environment(file);
  const connection = await connect(namespace === undefined ? env : { ...env, HOLDFAST_NAMESPACE: namespace });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** The command to run. */
export function commandOf({ command }: Given, shell: boolean, example: string): readonly string[] {
  if (command === undefined || command.length === 0 || command[0] === "")
    throw usage(`Put the command behind --, such as: ${example}`);
  if (shell && command.length > 1)
    throw usage(
      "With --shell the command is one word: quote it as a whole, such as: -- 'make && make install'",
    );
  return command;
}

/** A command that looks runs no other. */
export function runsNothing({ command }: Given): void {
  if (command !== undefined) throw usage("This command runs nothing: leave out -- and what follows.");
}
