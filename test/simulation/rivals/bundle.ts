import { Script } from "node:vm";

const ENTRY = "\0rival-entry";
const NAME = "rival";

/**
 * Packages and all that they need as one classic script, whose value is what `code` exports.
 *
 * @param code such as `export { Lock } from "@upstash/lock";`. The imports are those of this workspace.
 */
export async function bundle(code: string): Promise<Script> {
  // Not needed, and not loaded, for our own lock.
  const { rolldown } = await import("rolldown");
  const build = await rolldown({
    input: ENTRY,
    platform: "neutral",
    resolve: { mainFields: ["module", "main"] },
    logLevel: "silent",
    plugins: [
      {
        name: "rival-entry",
        resolveId(id, importer) {
          if (id === ENTRY) return id;
          return importer === ENTRY ? this.resolve(id, import.meta.filename) : null;
        },
        load: (id) => (id === ENTRY ? code : null),
      },
    ],
  });
  try {
    const { output } = await build.generate({ format: "iife", name: NAME, codeSplitting: false });
    const [script] = output;
    if (script.imports.length > 0) throw new Error(`not bundled: ${script.imports.join(", ")}`);
    return new Script(`${script.code};${NAME}`, { filename: `${NAME}.js` });
  } finally {
    await build.close();
  }
}
