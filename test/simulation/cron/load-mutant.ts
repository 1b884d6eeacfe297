import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { generate, readScript } from "../../../packages/cron/scripts/build-scripts.ts";
import type { CronMutant } from "./mutants.ts";
import type { CronSdk } from "./run-cron-seed.ts";

const PACKAGES = new URL("../../../packages/", import.meta.url);
const SOURCES = new URL("cron/src/", PACKAGES);
const SCRIPT = /^scripts\/([\w-]+)\.lua$/;
const GENERATED = "scripts.generated.ts";
const ENTRY = "\0cron-and-its-store";

/** The package with the mistake in it, as a module of its own, with the core below it. */
export async function loadCronMutant(mutant: CronMutant): Promise<CronSdk> {
  const changed = changedFile(mutant);
  const path = (file: string, from: URL) => fileURLToPath(new URL(file, from));
  const [cron, core] = [path("index.ts", SOURCES), path("core/src/index.ts", PACKAGES)];
  const build = await rolldown({
    input: ENTRY,
    platform: "neutral",
    logLevel: "silent",
    resolve: {
      alias: {
        "@holdfast/core/commands": path("core/src/commands/index.ts", PACKAGES),
        "@holdfast/core": core,
      },
    },
    plugins: [
      {
        name: "mutant",
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) => {
          if (id === ENTRY)
            return `export { createCron, createOnce } from ${JSON.stringify(cron)}; export { restStore } from ${JSON.stringify(core)};`;
          return id === path(changed.file, SOURCES) ? changed.source : null;
        },
      },
    ],
  });
  try {
    const { output } = await build.generate({ format: "esm", codeSplitting: false });
    return await import(`data:text/javascript,${encodeURIComponent(output[0].code)}#${mutant.name}`);
  } finally {
    await build.close();
  }
}

/** A change of a Lua script becomes one of the file that all of them are generated to. */
function changedFile({ name, file, find, replace }: CronMutant): { file: string; source: string } {
  const original = readFileSync(new URL(file, SOURCES), "utf8");
  const places = original.split(find).length - 1;
  if (places !== 1)
    throw new Error(
      `mutant ${name}: what it replaces occurs ${places} times in ${file}, not once. The list has gone stale.`,
    );
  const source = original.replace(find, () => replace);
  const script = SCRIPT.exec(file)?.[1];
  if (script === undefined) return { file, source };
  return { file: GENERATED, source: generate((other) => (other === script ? source : readScript(other))) };
}
