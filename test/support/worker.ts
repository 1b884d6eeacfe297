import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";

/** A deployable worker in workerd, as `wrangler deploy` would upload it. */
export interface RunningWorker {
  readonly url: string;
  stop(): Promise<void>;
}

const ROOT = new URL("../../", import.meta.url);

/**
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
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    workers: [
      {
        config: {
          name: "holdfast",
          ...(await compatibility(home)),
          manifest: {
            mainModule: "index.js",
            modulesRoot: fileURLToPath(home),
            modules: { "index.js": { type: "esm", contents: bundle } },
          },
          env: Object.fromEntries(
            Object.entries(env).map(([name, value]) => [name, { type: "text" as const, value }]),
          ),
        },
      },
    ],
  });
  const { origin } = await miniflare.ready;
  return { url: origin, stop: () => miniflare.dispose() };
}

/** What wrangler.jsonc says, so that tests run what is deployed. */
async function compatibility(
  home: URL,
): Promise<{ compatibilityDate: string; compatibilityFlags: string[] }> {
  const text = await readFile(new URL("wrangler.jsonc", home), "utf8");
  const config = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));
  return {
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
  };
}
