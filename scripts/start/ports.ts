import { createServer } from "node:net";
import { PORTS, type StartOptions } from "./options.ts";

export const HOST = "127.0.0.1";
const SUGGESTIONS_TRIED = 50;

/** Says which ports are taken and the command that takes others; undefined when both are free. */
export async function takenPorts(options: StartOptions): Promise<string | undefined> {
  const lines: string[] = [];
  const flags: string[] = [];
  const avoid = new Set([options.gatewayPort, options.workerPort]);
  for (const key of ["gatewayPort", "workerPort"] as const) {
    const port = options[key];
    const { what, flag } = PORTS[key];
    const problem = await whyNot(port);
    if (problem === undefined) {
      // The command has to repeat what is not standard, or it would not be the same start.
      if (port !== PORTS[key].standard) flags.push(`--${flag} ${port}`);
      continue;
    }
    const other = await freePortAfter(port, avoid);
    if (other !== undefined) avoid.add(other);
    lines.push(`Port ${port}, for the ${what}, ${problem}.`);
    flags.push(`--${flag} ${other ?? "<number>"}`);
  }
  if (lines.length === 0) return undefined;
  return `${lines.join("\n")}\nIs npm start running already? To use other ports:\n\n  npm start -- ${flags.join(" ")}\n`;
}

async function freePortAfter(port: number, avoid: ReadonlySet<number>): Promise<number | undefined> {
  for (let other = port + 1; other <= Math.min(port + SUGGESTIONS_TRIED, 65_535); other++)
    if (!avoid.has(other) && (await whyNot(other)) === undefined) return other;
  return undefined;
}

/** Undefined for a port that can be listened on. */
function whyNot(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code, message }: NodeJS.ErrnoException) =>
      resolve(
        code === "EADDRINUSE" ? "is taken" : code === "EACCES" ? "needs more rights" : `fails: ${message}`,
      ),
    );
    probe.listen(port, HOST, () => probe.close(() => resolve(undefined)));
  });
}
