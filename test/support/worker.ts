import { readFile } from "node:fs/promises";
import { type Compatibility, type RunningWorker, startWorkerd } from "./workerd.ts";

export type { RunningWorker } from "./workerd.ts";

const ROOT = new URL("../../", import.meta.url);

/**
 * A deployable worker in workerd, as `wrangler deploy` would upload it.
 *
 * @param env - The worker's variables.
 * @param folder - Where it lives in this repository, with its wrangler.jsonc and what was built.
 */
export async function startWorker(
  env: Record<string, string>,
  folder = "apps/worker",
): Promise<RunningWorker> {
  const home = new URL(`${folder}/`, ROOT);
  const bundle = await readFile(new URL("dist/index.js", home), "utf8").catch(() => {
    throw new Error(`${folder} is not built: run pnpm build first`);
  });
  const modules = new Map([["index.js", bundle]]);
  return startWorkerd({ name: "holdfast", modules, compatibility: await deployedCompatibility(home), env });
}

/** What wrangler.jsonc says, so that tests run what is deployed. */
export async function deployedCompatibility(
  home: URL = new URL("apps/worker/", ROOT),
): Promise<Compatibility> {
  const text = await readFile(new URL("wrangler.jsonc", home), "utf8");
  const config = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));
  return {
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
  };
}
