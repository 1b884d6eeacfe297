import { type CommandTable, readCommandTable } from "../commands/table.ts";
import type { Engine } from "./engine.ts";

/** What the gateway has to know of the engine behind it. */
export interface ServerFacts {
  commands: CommandTable;
  /** Valkey, which has names of its own in Lua. */
  valkey: boolean;
}

/** Asks the engine what it is; fails where it is not reachable or lets nobody in. */
export const readServerFacts = async (engine: Engine): Promise<ServerFacts> => {
  const connection = await engine.shared();
  const [commands, server] = await Promise.all([
    engine.own(connection, ["COMMAND"]),
    engine.own(connection, ["INFO", "server"]),
  ]);
  if (commands instanceof Error) throw new Error(`the engine refused COMMAND: ${commands.message}`);
  return { commands: readCommandTable(commands), valkey: /^valkey_version:/m.test(String(server)) };
};
