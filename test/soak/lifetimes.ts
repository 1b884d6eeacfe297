/** What the engine still has, and for how long. */
export interface Lifetimes {
  readonly keys: number;
  /** The longest of those that end, in milliseconds. */
  readonly longestMs: number;
  /** Keys without an end, or with one later than `mostMs`: what nobody will ever clean up. The first few. */
  readonly endless: readonly string[];
}

/** Runs one command. */
type Command = (...args: (string | number)[]) => Promise<unknown>;

const PAGE = 500;
const SHOWN = 5;

/** Looks at every key. */
export async function lifetimes(command: Command, mostMs: number): Promise<Lifetimes> {
  const seen = new Map<string, number>();
  let cursor = "0";
  do {
    const [next, page] = (await command("SCAN", cursor, "COUNT", PAGE)) as [string, string[]];
    const ends = await Promise.all(page.map(async (key) => Number(await command("PTTL", key))));
    for (const [i, key] of page.entries()) {
      const endsInMs = ends[i] ?? Number.NaN;
      // It ended between the two questions.
      if (endsInMs !== -2) seen.set(key, endsInMs);
    }
    cursor = String(next);
  } while (cursor !== "0");
  return {
    keys: seen.size,
    longestMs: [...seen.values()].reduce((longest, endsInMs) => Math.max(longest, endsInMs), 0),
    endless: [...seen]
      .filter(([, endsInMs]) => !(endsInMs >= 0 && endsInMs <= mostMs))
      .map(([key]) => key)
      .slice(0, SHOWN),
  };
}
