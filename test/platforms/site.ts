import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Serving, serve } from "../support/serve.ts";

export interface SiteOptions {
  /** What it serves. */
  readonly folder: string;
  /** The lock service that it passes requests on to. */
  readonly serviceUrl: string;
  /** The service's API key, which the pages never see. */
  readonly key: string;
}

const FILES: Record<string, [file: string, type: string]> = {
  "/": ["index.html", "text/html"],
  "/editor.js": ["editor.js", "text/javascript"],
};
const LOCKS = /^\/locks\/([^/]+\/(?:acquire|extend|release))$/;

/** The server of a page that locks: `docs/platforms/browser-tab.md` shows the part of it that passes on. */
export function startSite({ folder, serviceUrl, key }: SiteOptions): Promise<Serving> {
  return serve(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://site").pathname;
    const [file, type] = FILES[path] ?? [];
    if (file)
      return response.writeHead(200, { "content-type": type }).end(await readFile(join(folder, file)));
    const verb = LOCKS.exec(path)?.[1];
    if (!verb) return response.writeHead(404).end();
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    try {
      const answer = await fetch(`${serviceUrl}/v1/locks/${verb}`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: await text(request),
        signal: gone.signal,
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    } catch {
      response.destroy();
    }
  });
}
