import type { Command } from "commander";
import { lockJson } from "../output/lock-json.ts";
import { lockText } from "../output/lock-text.ts";
import { type LookOptions, looks, show } from "../output/watch.ts";
import { type ConnectOptions, connected, connects, type Given, runsNothing } from "./shared.ts";

const EXAMPLES = `
Examples:
  holdfast inspect deploy --watch 500ms
  holdfast inspect deploy --json | jq .held
`;

/** `holdfast inspect`: who holds a lock and who waits for it. */
export function inspectCommand(parent: Command, given: Given): void {
  const command = parent
    .command("inspect")
    .description("show who holds a lock and who waits for it")
    .argument("<name>", "of the lock")
    .addHelpText("after", EXAMPLES);
  connects(looks(command)).action(async (name: string, options: ConnectOptions & LookOptions) => {
    runsNothing(given);
    await connected(options, ({ locks }) => {
      const look = async () => lockJson(await locks.inspect(name));
      return show(options, look, lockText);
    });
  });
}
