/**
 * Turns src/lock/scripts/*.lua into src/lock/scripts.generated.ts. Run by `pnpm build`; a test fails when the file is stale.
 */
import { writeFileSync } from "node:fs";
import { type ReadScript, reader, type ScriptFolder, scriptsModule } from "./scripts-module.ts";

export type { ReadScript } from "./scripts-module.ts";

const SCRIPTS: ScriptFolder = {
  folder: new URL("../src/lock/scripts/", import.meta.url),
  shared: ["record", "holders", "queue", "member"],
  // Not for `createLocks` over one database, so its bundle does not pay for their names.
  seldom: ["survey", "vote", "raise", "unvote", "admit", "membership"],
  package: "@holdfast/core",
  typeFrom: "../store/script.ts",
};
const target = new URL("../src/lock/scripts.generated.ts", import.meta.url);

export const readScript: ReadScript = reader(SCRIPTS);

/** @param read where the scripts come from, for those who want to see what a change of one does. */
export function generate(read: ReadScript = readScript): string {
  return scriptsModule(SCRIPTS, read);
}

if (process.argv[1] === import.meta.filename) writeFileSync(target, generate());
