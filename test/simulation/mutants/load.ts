import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { generate, readScript } from "../../../packages/core/scripts/build-scripts.ts";
import type { Sdk } from "../holdfast.ts";
import { type Mutant, mutate, SOURCES } from "./mutant.ts";

const SCRIPT = /^lock\/scripts\/([\w-]+)\.lua$/;
const GENERATED = "lock/scripts.generated.ts";

/**
 * The SDK with the mistake in it, as a module of its own.
 *
 * @param entry the file whose exports it gives, below `packages/core/src`.
 */
export async function loadMutant<Exports = Sdk>(mutant: Mutant, entry = "index.ts"): Promise<Exports> {
  const changed = changedFile(mutant);
  const build = await rolldown({
    input: path(entry),
    platform: "neutral",
    logLevel: "silent",
    plugins: [{ name: "mutant", load: (id) => (id === path(changed.file) ? changed.source : null) }],
  });
  try {
    const { output } = await build.generate({ format: "esm", codeSplitting: false });
    return await import(`data:text/javascript,${encodeURIComponent(output[0].code)}#${mutant.name}`);
  } finally {
    await build.close();
  }
}

/** A change of a Lua script becomes one of the file that all of them are generated to. */
function changedFile(mutant: Mutant): { file: string; source: string } {
  const source = mutate(mutant);
  const script = SCRIPT.exec(mutant.file)?.[1];
  if (script === undefined) return { file: mutant.file, source };
  return { file: GENERATED, source: generate((name) => (name === script ? source : readScript(name))) };
}

function path(file: string): string {
  return fileURLToPath(new URL(file, SOURCES));
}
