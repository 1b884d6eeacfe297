import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Stage } from "./column.ts";

const LINES_KEPT = 10;

/**
 * Runs a program that writes a line of JSON for each scenario, and perhaps one with its version, and then ends by itself.
 *
 * @returns the version it wrote.
 * @throws Error with what it wrote to its error output, unless it ends well.
 */
export async function runProgram(
  [file = "", ...args]: readonly string[],
  { app, report, signal }: Stage,
): Promise<string> {
  const child = spawn(file, args, {
    cwd: app.folder,
    stdio: ["ignore", "pipe", "pipe"],
    // Nothing of this process' settings: they could hide what is missing.
    env: { PATH: process.env.PATH ?? "", HOME: app.folder, TMPDIR: app.folder, NO_COLOR: "1" },
    signal,
    killSignal: "SIGKILL",
  });
  let version = "";
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    complaints.push(line);
    if (complaints.length > LINES_KEPT) complaints.shift();
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!line.startsWith("{")) return complaints.push(line);
    const said = JSON.parse(line);
    if (typeof said.version === "string") version = said.version;
    else report(said);
  });
  const [code, killedBy] = await once(child, "close");
  if (code !== 0) throw new Error([`ended with ${code ?? killedBy}`, ...complaints].join("\n"));
  return version;
}
