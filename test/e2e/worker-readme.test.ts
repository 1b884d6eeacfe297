import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startGateway } from "@holdfast/gateway";
import { expect, test } from "vitest";
import { startWorker } from "../support/worker.ts";

const run = promisify(execFile);

/** The shell blocks below "## Use", as printed, but for the address. */
async function blocksOfUse(url: string): Promise<string> {
  const readme = await readFile(new URL("../../apps/worker/README.md", import.meta.url), "utf8");
  const section = readme.split("\n## ").find((part) => part.startsWith("Use\n")) ?? "";
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(blocks.length).toBe(3);
  return blocks.join("echo\n").replace("http://127.0.0.1:8787", url);
}

test("the worker's README works as printed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-readme-"));
  const gateway = await startGateway({ port: 0 });
  const worker = await startWorker({
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: "local-token",
    HOLDFAST_API_KEY: "local-token",
  });
  try {
    const script = `set -eu\n${await blocksOfUse(worker.url)}`;
    const { stdout } = await run("bash", ["-c", script], { cwd: folder, timeout: 20_000 });
    expect(stdout).toContain('"name":"invoice:42"');
    expect(stdout).toContain('"held":true');
    expect(stdout).toContain('"ttlMs":120000');
    expect(stdout).toMatch(/\{"outcome":"released"\}$/);
    expect(stdout).not.toContain("problem");
  } finally {
    await worker.stop();
    await gateway.close();
    await rm(folder, { recursive: true });
  }
});
