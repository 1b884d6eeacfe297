import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Assets, type Compatibility, type RunningWorker, startWorkerd } from "./workerd.ts";

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
  const assets = await deployedAssets(home);
  const compatibility = await deployedCompatibility(home);
  // A line for each request would bury what a test says.
  const quiet = { HOLDFAST_LOGS: "off", ...env };
  return startWorkerd({ name: "holdfast", modules, compatibility, env: quiet, ...(assets && { assets }) });
}

/** What wrangler.jsonc says, so that tests run what is deployed. */
export async function deployedCompatibility(
  home: URL = new URL("apps/worker/", ROOT),
): Promise<Compatibility> {
  const config = await readConfig(home);
  return {
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
  };
}

async function deployedAssets(home: URL): Promise<Assets | undefined> {
  const { assets } = await readConfig(home);
  if (assets === undefined) return undefined;
  return {
    binding: assets.binding,
    directory: fileURLToPath(new URL(assets.directory, home)),
    htmlHandling: assets.html_handling,
    runWorkerFirst: assets.run_worker_first,
  };
}

async function readConfig(home: URL) {
  const text = await readFile(new URL("wrangler.jsonc", home), "utf8");
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));
}
