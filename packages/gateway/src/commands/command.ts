import type { Argument } from "../engine/connection.ts";

/** A command as a client asked for it. */
export interface Command {
  /** Lower case, for decisions; `args[0]` keeps the client's spelling. */
  name: string;
  args: readonly Argument[];
}

/** An argument as text, for keywords and subcommand names. */
export const word = (argument: Argument | undefined): string | undefined =>
  argument === undefined ? undefined : argument.toString();

export const command = (args: readonly Argument[]): Command => ({
  name: (word(args[0]) ?? "").toLowerCase(),
  args,
});
