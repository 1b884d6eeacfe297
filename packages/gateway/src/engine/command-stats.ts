/** How often each command has run, and in which run of the engine. */
export interface CommandStats {
  runId: string;
  calls: ReadonlyMap<string, number>;
}

/** What to ask an engine for. */
export const STATS_COMMAND: readonly string[] = ["INFO", "server", "commandstats"];

export const NO_STATS: CommandStats = { runId: "", calls: new Map() };

/** Reads the answer of {@link STATS_COMMAND}. */
export const readStats = (info: string): CommandStats => ({
  runId: /^run_id:(\w+)/m.exec(info)?.[1] ?? "",
  calls: new Map(
    [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(
      (line) => [String(line[1]), Number(line[2])] as const,
    ),
  ),
});

/** Calls made between two looks. A restart or CONFIG RESETSTAT in between starts from zero. */
export const growth = (before: CommandStats, now: CommandStats): number => {
  let sum = 0;
  for (const [name, calls] of now.calls) {
    const earlier = before.runId === now.runId ? (before.calls.get(name) ?? 0) : 0;
    sum += calls >= earlier ? calls - earlier : calls;
  }
  return sum;
};
