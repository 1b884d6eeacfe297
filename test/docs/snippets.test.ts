import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EmbeddedValkey } from "../../packages/gateway/src/engine/embedded.ts";
import { freePort } from "../../packages/testing/src/node/free-port.ts";
import { startWorker } from "../../scripts/start/worker.ts";
import { snippetsOf } from "./markdown.ts";
import { type SnippetFolder, snippetFolder } from "./snippet-folder.ts";

// What the documents tell a reader to run, run on the built packages.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TOKEN = "local-token";

const documents = await Promise.all(
  ["README.md", ...globSync(["docs/**/*.md", "packages/*/README.md"], { cwd: ROOT }).sort()].map(
    async (document) => ({
      document,
      snippets: snippetsOf(document, await readFile(`${ROOT}/${document}`, "utf8")),
    }),
  ),
);
const marked = documents.filter(({ snippets }) => snippets.length > 0);
const all = marked.flatMap(({ snippets }) => snippets);

describe("snippets", { timeout: 60_000 }, () => {
  const stack = new AsyncDisposableStack();
  let gateway: Gateway;
  let folder: SnippetFolder;

  beforeAll(async () => {
    gateway = await startGateway({ port: 0, tokens: TOKEN });
    stack.defer(() => gateway.close());
    const workerPort = await freePort();
    if (all.some(({ code }) => code.includes(":8787"))) {
      const signal = AbortSignal.timeout(60_000);
      stack.use(await startWorker({ port: workerPort, gatewayUrl: gateway.url, token: TOKEN, signal }));
    }
    const redis = new EmbeddedValkey();
    stack.defer(() => redis.close());
    const redisPort = Number(new URL((await redis.address()).url).port);
    folder = stack.use(
      await snippetFolder(all, { gatewayPort: gateway.port, workerPort, redisPort, token: TOKEN }),
    );
  }, 90_000);
  afterAll(() => stack.disposeAsync());

  it("are there to be tested", () => {
    expect(marked.map(({ document }) => document)).toContain("README.md");
  });

  it("pass the type check", async () => {
    expect(await folder.typeErrors()).toBe("");
  });

  describe.each(marked)("$document", ({ snippets }) => {
    // Within a document one block may build on what those before it left in the database, as for a reader.
    beforeAll(() => gateway.command("FLUSHALL"));

    it.each(snippets)("line $line ($language) runs", async (snippet) => {
      const output = await folder.run(snippet);
      if (snippet.prints !== undefined) expect(output).toContain(snippet.prints);
    });
  });
});
