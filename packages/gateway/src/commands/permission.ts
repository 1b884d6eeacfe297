import type { TokenAccess } from "../options.ts";
import { type Command, word } from "./command.ts";
import { type CommandTable, lookUp } from "./table.ts";

/** Bound to a connection, which HTTP requests share: none of them may change it for the others. */
// biome-ignore format: a list of words
const CONNECTION_COMMANDS = new Set([
  "asking", "auth", "client", "discard", "exec", "failover", "hello", "monitor", "multi", "psubscribe", "psync",
  "punsubscribe", "quit", "readonly", "readwrite", "replconf", "reset", "select", "ssubscribe", "subscribe",
  "sunsubscribe", "sync", "unsubscribe", "unwatch", "watch",
]);

/** Would end or detach the engine itself. */
const SERVER_COMMANDS = new Set([
  "cluster",
  "debug",
  "migrate",
  "module",
  "replicaof",
  "shutdown",
  "slaveof",
]);

/** Carry the engine's "blocking" flag but return by themselves: they wait for replicas, not for other clients. */
const BOUNDED_WAITS = new Set(["wait", "waitaof"]);

/** Harmless without the "readonly" flag, which the engine gives only to commands that read keys. */
const OPEN_TO_READERS = new Set(["command", "echo", "info", "ping", "script|exists", "time"]);

/** Read commands that walk through the whole database; Upstash keeps them from read-only tokens. */
const CLOSED_TO_READERS = new Set(["keys", "scan", "randomkey"]);

const notAvailable = (name: string): string =>
  `ERR Command is not available: '${name.toUpperCase()}'. See https://upstash.com/docs/redis/overall/rediscompatibility for details`;

/** Reads "XREAD BLOCK" too: there the block is an option. */
const blocks = (command: Command, flags: ReadonlySet<string> | undefined): boolean => {
  if (!flags?.has("blocking") || BOUNDED_WAITS.has(command.name)) return false;
  if (command.name !== "xread" && command.name !== "xreadgroup") return true;
  // Everything behind STREAMS is a key or an id, and a key may well be called "block".
  const words = command.args.map((argument) => word(argument)?.toLowerCase());
  const streams = words.indexOf("streams");
  return words.slice(1, streams === -1 ? undefined : streams).includes("block");
};

/** Why a command may not run for this token, as the error text Upstash gives; undefined when it may. */
export const refusal = (command: Command, access: TokenAccess, table: CommandTable): string | undefined => {
  const sub = word(command.args[1])?.toLowerCase();
  if (command.name === "") return "ERR empty command";
  if (SERVER_COMMANDS.has(command.name)) return notAvailable(command.name);
  if (CONNECTION_COMMANDS.has(command.name)) return notAvailable(command.name);
  const info = lookUp(table, command.name, sub);
  if (blocks(command, info?.flags)) return notAvailable(command.name);
  if (access === "full" || info === undefined) return undefined;
  const open =
    info.flags.has("readonly") || OPEN_TO_READERS.has(info.name) || OPEN_TO_READERS.has(command.name);
  const readable = open && !CLOSED_TO_READERS.has(command.name);
  return readable
    ? undefined
    : `NOPERM this user has no permissions to run the '${command.name}' command or its subcommand`;
};
