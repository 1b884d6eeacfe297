import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "../../support/bundle.ts";

const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));

/** Examples as processes of their own. All end when it is disposed of. */
export interface Processes extends AsyncDisposable {
  /** One file of an example and all it imports. @returns its path. */
  bundle(example: string): Promise<string>;
  /** Writes a file beside the bundles. @returns its path. */
  write(name: string, text: string): Promise<string>;
  start(command: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess;
}

export async function processes(): Promise<Processes> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-cron-"));
  const children: ChildProcess[] = [];
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  return {
    write,
    bundle: async (example) =>
      write(`${example.replaceAll("/", "-")}.mjs`, await bundleApp(join(EXAMPLES, example), "node")),
    start(command, args, env) {
      const child = spawn(command, args, {
        env: { ...process.env, ...env },
        stdio: ["ignore", "ignore", "inherit"],
      });
      children.push(child);
      return child;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The program that npm installed for examples/deno-deploy. */
export function denoPath(): string {
  const { resolve } = createRequire(join(EXAMPLES, "deno-deploy/package.json"));
  return join(resolve("deno/package.json"), "../bin.cjs");
}

export const examplePath = (path: string): string => join(EXAMPLES, path);
