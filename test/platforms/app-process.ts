import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { freePort } from "../../packages/testing/src/node/free-port.ts";

/** An example that runs. */
export interface App {
  readonly url: string;
  stop(): Promise<void>;
}

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));

/** The folder of an example. */
export const example = (name: string): string => join(EXAMPLES, name);

/**
 * Starts an example in a process of its own, with the port it is to listen on as `PORT`, and waits until it answers.
 *
 * @param command - What to start, a program of the example's own `node_modules/.bin` or a path.
 */
export async function startApp(
  name: string,
  command: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<App> {
  const port = await freePort();
  const cwd = example(name);
  const path = `${join(cwd, "node_modules/.bin")}:${process.env.PATH}`;
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env, PATH: path, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: what npm brings may be a script that starts the program itself.
    detached: true,
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(String(data)));
  const gone = once(child, "exit");

  const url = `http://127.0.0.1:${port}`;
  const end = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Nobody of the group is there any more.
    }
  };
  const stop = async () => {
    end("SIGTERM");
    const deadline = setTimeout(() => end("SIGKILL"), 5000);
    await gone;
    clearTimeout(deadline);
    end("SIGKILL");
  };
  const answers = async () => {
    await vi.waitFor(() => fetch(url).then((response) => response.body?.cancel()), {
      timeout: 30_000,
      interval: 50,
    });
  };
  const ended = gone.then(() => {
    throw new Error(`${name} has ended: ${output.join("")}`);
  });
  await Promise.race([answers(), ended]);
  return { url, stop };
}
