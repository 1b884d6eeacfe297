import { existsSync } from "node:fs";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import { type Serving, serve } from "../support/serve.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = ["tab", "worker", "react"];

/** Sources, as Vitest runs them. */
const sources: Plugin = {
  name: "workspace-sources",
  resolveId(id) {
    const [, name, entry] = /^@holdfast\/([a-z-]+)(?:\/(.+))?$/.exec(id) ?? [];
    if (name === undefined) return null;
    const file = `${ROOT}/packages/${name}/src/${entry === undefined ? "" : `${entry}/`}index.ts`;
    return existsSync(file) ? file : null;
  },
};

export interface Site extends Serving {
  /** What the pages said last. */
  readonly reported: Record<string, string>;
}

/** Serves the pages of `pages/`, each bundled as an application would. */
export async function startSite(): Promise<Site> {
  const files = new Map<string, string>();
  for (const page of PAGES) {
    const build = await rolldown({
      input: fileURLToPath(new URL(`pages/${page}.ts`, import.meta.url)),
      plugins: [sources],
      platform: "browser",
      transform: { define: { "process.env.NODE_ENV": '"development"' } },
      logLevel: "silent",
    });
    const { output } = await build.generate({ format: "esm" });
    await build.close();
    files.set(`/${page}.js`, output[0].code);
    files.set(
      `/${page}.html`,
      `<!doctype html><title>${page}</title><div id="root"></div><script type="module" src="${page}.js"></script>`,
    );
  }
  files.set("/elsewhere.html", "<!doctype html><title>elsewhere</title>");
  const reported: Record<string, string> = {};
  const serving = await serve(async (request, response) => {
    if (request.method === "POST") {
      Object.assign(reported, await json(request));
      return response.writeHead(204).end();
    }
    const path = new URL(request.url ?? "/", "http://site").pathname;
    const type = path.endsWith(".js") ? "text/javascript" : "text/html";
    const file = files.get(path);
    return response.writeHead(file === undefined ? 404 : 200, { "content-type": type }).end(file ?? "");
  });
  return { ...serving, reported };
}
