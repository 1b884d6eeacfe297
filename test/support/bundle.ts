import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";

const PACKAGES = fileURLToPath(new URL("../../packages", import.meta.url));

/** The sources of our packages instead of what was built of them. */
const workspaceSources: Plugin = {
  name: "workspace-sources",
  resolveId(id) {
    const [, name, entry = "."] = /^@holdfast\/([a-z-]+)(?:\/(.+))?$/.exec(id) ?? [];
    return name ? `${PACKAGES}/${name}/src/${entry}/index.ts` : null;
  },
};

/**
 * An app in one module, of the sources of all our packages: no build is needed before.
 *
 * @param platform - `neutral` for Workers and Deno.
 */
export async function bundleApp(input: string, platform: "neutral" | "node" = "neutral"): Promise<string> {
  const build = await rolldown({
    input,
    platform,
    logLevel: "silent",
    resolve: { mainFields: ["module", "main"] },
    plugins: [workspaceSources],
  });
  try {
    const { output } = await build.generate({ format: "esm", codeSplitting: false });
    return output[0].code;
  } finally {
    await build.close();
  }
}
