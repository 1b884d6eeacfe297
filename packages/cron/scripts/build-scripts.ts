/**
 * Turns src/scripts/*.lua into src/scripts.generated.ts. Run by `pnpm build`; a test fails when the file is stale.
 */
import { writeFileSync } from "node:fs";
import {
  type ReadScript,
  reader,
  type ScriptFolder,
  scriptsModule,
} from "../../core/scripts/scripts-module.ts";

const SCRIPTS: ScriptFolder = {
  folder: new URL("../src/scripts/", import.meta.url),
  shared: ["task"],
  package: "@holdfast/cron",
  typeFrom: "@holdfast/core",
};
const target = new URL("../src/scripts.generated.ts", import.meta.url);

export const readScript: ReadScript = reader(SCRIPTS);

/** @param read where the scripts come from, for those who want to see what a change of one does. */
export function generate(read: ReadScript = readScript): string {
  return scriptsModule(SCRIPTS, read);
}

if (process.argv[1] === import.meta.filename) writeFileSync(target, generate());
