import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Gateway } from "@holdfast/gateway";
import { rolldown } from "rolldown";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { TOKEN } from "../support/fixture.ts";

const PACKAGES = fileURLToPath(new URL("../../packages", import.meta.url));
export const PATIENCE = { timeout: 15_000, interval: 20 };

/** Once for a test file. */
let built: Promise<string> | undefined;
afterAll(async () => {
  if (built) await rm(await built, { recursive: true, force: true });
});

/** How a command line is started. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>;
  /** Words before ours, such as those of a program that brings a terminal along. */
  readonly through?: (command: readonly string[]) => readonly string[];
}

/** A command line that runs, and all that it started. */
export interface CliProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  out(): string;
  err(): string;
  /** Waits until that was written to the standard output. */
  says(text: string | RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Cli {
  start(args: readonly string[], start?: Start): CliProcess;
  run(args: readonly string[], start?: Start): Promise<Ended>;
}

/**
 * The command line as its sources are now, for a test file, in processes of its own; it finds `gateway()` in its
 * environment. What a test leaves running ends with it.
 */
export function commandLine(gateway?: () => Gateway): Cli {
  let folder = "";
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    built ??= build();
    folder = await built;
  });
  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
  });

  const start = (args: readonly string[], { env = {}, through = (words) => words }: Start = {}) => {
    const [file = "", ...words] = through([process.execPath, join(folder, "cli.js"), ...args]);
    const child = spawn(file, words, {
      env: {
        PATH: process.env.PATH ?? "",
        ...(gateway && { UPSTASH_REDIS_REST_URL: gateway().url, UPSTASH_REDIS_REST_TOKEN: TOKEN }),
        ...env,
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    running.push(child);
    return watched(child);
  };
  return { start, run: (args, options) => start(args, options).ended };
}

function watched(child: ReturnType<typeof spawn>): CliProcess {
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, out, err }));
  return {
    child,
    pid: child.pid ?? 0,
    out: () => out,
    err: () => err,
    says: (text) =>
      vi.waitFor(() => {
        if (typeof text === "string") expect(out, err).toContain(text);
        else expect(out, err).toMatch(text);
      }, PATIENCE),
    ended,
  };
}

/** One file of the sources of all our packages: no build is needed before. */
async function build(): Promise<string> {
  // Inside the package, where its dependencies are found.
  const folder = await mkdtemp(join(PACKAGES, "cli/node_modules/.test-"));
  const bundle = await rolldown({
    input: join(PACKAGES, "cli/src/cli.ts"),
    platform: "node",
    logLevel: "silent",
    external: ["ioredis"],
    plugins: [
      {
        name: "workspace-sources",
        resolveId(id) {
          const [, name, entry] = /^@holdfast\/([a-z-]+)(?:\/(.+))?$/.exec(id) ?? [];
          return name ? join(PACKAGES, name, "src", entry ?? ".", "index.ts") : null;
        },
      },
    ],
  });
  try {
    await bundle.write({ dir: folder, format: "esm", entryFileNames: "cli.js" });
    return folder;
  } finally {
    await bundle.close();
  }
}
