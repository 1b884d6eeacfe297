import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { duration } from "../input/duration.ts";
import { print } from "./text.ts";

/** How a look is shown. */
export interface LookOptions {
  readonly json?: boolean;
  /** The pause between looks in milliseconds; `true` for the usual one. */
  readonly watch?: number | true;
}

const PAUSE_MS = 2000;
const CLEAR = "\u001b[H\u001b[2J\u001b[3J";

/** Adds `--json` and `--watch`. */
export function looks(command: Command): Command {
  return command
    .option("--json", "for programs")
    .option("--watch [duration]", "look again and again, every 2s unless told otherwise", pause);
}

function pause(text: string): number {
  const ms = duration(text);
  if (ms < 100) throw new InvalidArgumentError("Look every 100ms at the most.");
  return ms;
}

/**
 * Shows what `look` finds, once or until somebody stops us. As JSON: a document, or with `--watch` one line for each
 * look.
 */
export async function show<T>(
  { json = false, watch }: LookOptions,
  look: () => Promise<T>,
  asText: (found: T) => string,
): Promise<void> {
  if (watch === undefined) {
    const found = await look();
    print(json ? JSON.stringify(found, undefined, 2) : asText(found));
    return;
  }
  for (;;) {
    const found = await look();
    const clear = process.stdout.isTTY && !json ? CLEAR : "";
    print(json ? JSON.stringify(found) : `${clear}${asText(found)}\n`);
    await sleep(watch === true ? PAUSE_MS : watch);
  }
}
