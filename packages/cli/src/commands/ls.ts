import type { Inspection, Locks } from "@holdfast/core";
import type { Command } from "commander";
import { lockJson } from "../output/lock-json.ts";
import { locksText } from "../output/lock-text.ts";
import { type LookOptions, looks, show } from "../output/watch.ts";
import { type ConnectOptions, connected, connects, type Given, runsNothing } from "./shared.ts";

const EXAMPLES = `
Examples:
  holdfast ls --prefix invoice: --watch
  holdfast ls --json | jq -r '.locks[] | select(.held) | .name'
`;

/** `holdfast ls`: the locks that are in use. */
export function lsCommand(parent: Command, given: Given): void {
  const command = parent
    .command("ls")
    .description("list the locks that are in use, or were until a minute ago")
    .option("--prefix <prefix>", "of their names", "")
    .addHelpText("after", EXAMPLES);
  connects(looks(command)).action(
    async (options: ConnectOptions & LookOptions & { readonly prefix: string }) => {
      runsNothing(given);
      await connected(options, ({ locks }) => {
        const look = async () => ({ locks: (await all(locks, options.prefix)).map(lockJson) });
        return show(options, look, (found) => locksText(found.locks));
      });
    },
  );
}

/** By name. A name may turn up on two pages. */
async function all(locks: Locks, prefix: string): Promise<Inspection[]> {
  const found = new Map<string, Inspection>();
  let cursor: string | undefined;
  do {
    const page = await locks.list({ prefix, limit: 1000, ...(cursor !== undefined && { cursor }) });
    for (const lock of page.locks) found.set(lock.name, lock);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
