/** How often each command has run, and in which run of the engine. */
export interface CommandStats {
  runId: string;
  /** Valkey's Lua, a module from version 9 on, which runs a CONFIG GET of its own whenever it is emptied. */
  luaReadsConfig: boolean;
  calls: ReadonlyMap<string, number>;
}

/** What to ask an engine for. */
export const STATS_COMMAND: readonly string[] = ["INFO", "server", "commandstats"];

export const NO_STATS: CommandStats = { runId: "", luaReadsConfig: false, calls: new Map() };

/** Reads the answer of {@link STATS_COMMAND}. */
export const readStats = (info: string): CommandStats => ({
  runId: /^run_id:(\w+)/m.exec(info)?.[1] ?? "",
  luaReadsConfig: Number(/^valkey_version:(\d+)/m.exec(info)?.[1] ?? 0) >= 9,
  calls: new Map(
    [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(
      (line) => [String(line[1]), Number(line[2])] as const,
    ),
  ),
});

const EMPTY_LUA = ["script|flush", "function|flush"];

/** Calls made between two looks. A restart or CONFIG RESETSTAT in between starts from zero. */
export const growth = (before: CommandStats, now: CommandStats): number => {
  const of = (name: string): number => {
    const calls = now.calls.get(name) ?? 0;
    const earlier = before.runId === now.runId ? (before.calls.get(name) ?? 0) : 0;
    return calls >= earlier ? calls - earlier : calls;
  };
  let sum = 0;
  for (const name of now.calls.keys()) sum += of(name);
  if (!now.luaReadsConfig) return sum;
  const emptied = EMPTY_LUA.reduce((total, name) => total + of(name), 0);
  return sum - Math.min(emptied, of("config|get"));
};
