import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { scenarios } from "../scenarios/index.ts";
import { tcpScenarios } from "../scenarios/tcp.ts";
import { upstash } from "../scenarios/upstash.ts";
import { runProgram } from "./child.ts";
import type { Column, Stage } from "./column.ts";

/** The program itself, which can be killed; what is in `.bin` starts it in a process of its own. */
const binary = (path: string): string => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

const missing = (file: string) => () => (existsSync(file) ? undefined : `npm has not brought ${file}`);

/** Clients that read variables; Holdfast needs the network and nothing else. */
const READS_VARIABLES = [upstash, ...tcpScenarios].map(({ name }) => name);

const denoFile = binary("deno/deno");
const bunFile = binary("bun/bin/bun.exe");

export const deno: Column = {
  name: "Deno",
  lacks: {},
  missing: missing(denoFile),
  async run(stage) {
    const others = scenarios.map(({ name }) => name).filter((name) => !READS_VARIABLES.includes(name));
    await runDeno(stage, [], others);
    return runDeno(stage, ["--allow-env"], READS_VARIABLES);
  },
};

function runDeno(stage: Stage, rights: readonly string[], names: readonly string[]): Promise<string> {
  const given = ["--no-prompt", "--allow-net=127.0.0.1", ...rights];
  const offline = ["--cached-only", "--node-modules-dir=manual"];
  const { program } = stage.app;
  return runProgram(
    [denoFile, "run", ...given, ...offline, program, JSON.stringify(stage.setting), JSON.stringify(names)],
    stage,
  );
}

export const bun: Column = {
  name: "Bun",
  lacks: {},
  missing: missing(bunFile),
  run: (stage) => runProgram([bunFile, "run", stage.app.program, JSON.stringify(stage.setting)], stage),
};
