import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";

const PAGE =
  '<!doctype html><title>Holdfast</title><link rel="icon" href="data:,"><script type="module" src="/global.js"></script>';

/** Serves a page and the modules of a folder. */
export async function servePage(folder: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer(async (request, response) => {
    const file = basename(new URL(request.url ?? "/", "http://page").pathname);
    if (file === "") return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    const code = await readFile(join(folder, file)).catch(() => undefined);
    if (code) response.writeHead(200, { "content-type": "text/javascript" }).end(code);
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
