import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runProgram } from "./child.ts";
import type { Column } from "./column.ts";

/** The program itself, which can be killed; what is in `.bin` starts it in a process of its own. */
const binary = (path: string): string => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

const missing = (file: string) => () => (existsSync(file) ? undefined : `npm has not brought ${file}`);

/** What @upstash/redis looks up when a client is made. */
const UPSTASH_VARIABLES = "UPSTASH_DISABLE_TELEMETRY,UPSTASH_CONSOLE,VERCEL,AWS_REGION";

const denoFile = binary("deno/deno");
const bunFile = binary("bun/bin/bun.exe");

export const deno: Column = {
  name: "Deno",
  lacks: {},
  missing: missing(denoFile),
  run: (stage) => {
    // The network; Holdfast needs nothing else.
    const rights = ["--no-prompt", "--allow-net=127.0.0.1", `--allow-env=${UPSTASH_VARIABLES}`];
    const offline = ["--cached-only", "--node-modules-dir=manual"];
    return runProgram(
      [denoFile, "run", ...rights, ...offline, stage.app.program, JSON.stringify(stage.setting)],
      stage,
    );
  },
};

export const bun: Column = {
  name: "Bun",
  lacks: {},
  missing: missing(bunFile),
  run: (stage) => runProgram([bunFile, "run", stage.app.program, JSON.stringify(stage.setting)], stage),
};
