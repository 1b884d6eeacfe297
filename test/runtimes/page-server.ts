import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Serving, serve } from "../support/serve.ts";

const PAGE =
  '<!doctype html><title>Holdfast</title><link rel="icon" href="data:,"><script type="module" src="/global.js"></script>';

/** Serves a page and the modules of a folder. */
export function servePage(folder: string): Promise<Serving> {
  return serve(async (request, response) => {
    const file = basename(new URL(request.url ?? "/", "http://page").pathname);
    if (file === "") return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    const code = await readFile(join(folder, file)).catch(() => undefined);
    if (code) response.writeHead(200, { "content-type": "text/javascript" }).end(code);
    else response.writeHead(404).end();
  });
}
