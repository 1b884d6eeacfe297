import type { Reply } from "../reply/reply.ts";

/** How to find the keys among a command's arguments: Redis' key specifications, the parts a script check needs. */
export interface KeySpec {
  /** Where the keys start: at an argument, or after a keyword that is searched from `startFrom`. */
  begin: { index: number } | { keyword: string; startFrom: number };
  /** Which arguments follow: a range (`last` negative counts from the end), or as many as an argument says. */
  find: { last: number; step: number; limit: number } | { countAt: number; first: number; step: number };
}

/** What the engine says of one command. */
export interface CommandInfo {
  name: string;
  flags: ReadonlySet<string>;
  keys: readonly KeySpec[];
  /** Whether it has subcommands, which say for themselves what they do. */
  container: boolean;
}

/** Commands by lower-case name; subcommands as `container|sub`. */
export type CommandTable = ReadonlyMap<string, CommandInfo>;

const text = (reply: Reply | undefined): string =>
  reply instanceof Buffer ? reply.toString() : String(reply ?? "");
const list = (reply: Reply | undefined): Reply[] => (Array.isArray(reply) ? reply : []);

/** RESP2 sends maps as flat arrays of names and values. */
const fields = (reply: Reply | undefined): Map<string, Reply> => {
  const flat = list(reply);
  const map = new Map<string, Reply>();
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(text(flat[i]), flat[i + 1] as Reply);
  return map;
};

const keySpec = (reply: Reply): KeySpec | undefined => {
  const spec = fields(reply);
  const begin = fields(spec.get("begin_search"));
  const find = fields(spec.get("find_keys"));
  const beginSpec = fields(begin.get("spec"));
  const findSpec = fields(find.get("spec"));
  const number = (map: Map<string, Reply>, name: string) => Number(text(map.get(name)));

  const start: KeySpec["begin"] | undefined =
    text(begin.get("type")) === "index"
      ? { index: number(beginSpec, "index") }
      : text(begin.get("type")) === "keyword"
        ? { keyword: text(beginSpec.get("keyword")), startFrom: number(beginSpec, "startfrom") }
        : undefined;
  if (!start) return undefined;
  switch (text(find.get("type"))) {
    case "range":
      return {
        begin: start,
        find: {
          last: number(findSpec, "lastkey"),
          step: number(findSpec, "keystep"),
          limit: number(findSpec, "limit"),
        },
      };
    case "keynum":
      return {
        begin: start,
        find: {
          countAt: number(findSpec, "keynumidx"),
          first: number(findSpec, "firstkey"),
          step: number(findSpec, "keystep"),
        },
      };
    default:
      return undefined;
  }
};

/** Reads the reply of `COMMAND`, which is where the engine itself says what writes, what blocks and where keys are. */
export const readCommandTable = (reply: Reply): CommandTable => {
  const table = new Map<string, CommandInfo>();
  const add = (entry: Reply) => {
    const [name, , flags, , , , , , keySpecs, subcommands] = list(entry);
    table.set(text(name).toLowerCase(), {
      name: text(name).toLowerCase(),
      flags: new Set(list(flags).map(text)),
      keys: list(keySpecs).flatMap((spec) => keySpec(spec) ?? []),
      container: list(subcommands).length > 0,
    });
    list(subcommands).forEach(add);
  };
  list(reply).forEach(add);
  return table;
};

/** The entry of a command as sent: a subcommand's own where its container has them. */
export const lookUp = (
  table: CommandTable,
  name: string,
  first: string | undefined,
): CommandInfo | undefined =>
  (first === undefined ? undefined : table.get(`${name}|${first.toLowerCase()}`)) ?? table.get(name);
