import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { serve } from "../support/serve.ts";
import type { App } from "./app-process.ts";

/** How long a function may take: the setting of the same name. */
const TIMEOUT_MS = 30_000;

interface Result {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/**
 * Serves a Lambda handler over HTTP as AWS does: an execution environment for each request at a time, reused when it is
 * free, and frozen (`SIGSTOP`) from the moment its handler has answered.
 *
 * @param file - The bundle that exports `handler`.
 */
export async function startLambda(file: string, env: Record<string, string>): Promise<App> {
  const frozen: ChildProcess[] = [];
  const all: ChildProcess[] = [];

  async function instance(): Promise<ChildProcess> {
    const idle = frozen.pop();
    if (idle) {
      idle.kill("SIGCONT");
      return idle;
    }
    const script = fileURLToPath(new URL("lambda-instance.ts", import.meta.url));
    const child = fork(script, [file], { env: { ...process.env, ...env }, execArgv: [] });
    all.push(child);
    await once(child, "message");
    return child;
  }

  const { url, stop } = await serve(async (request, response) => {
    const child = await instance();
    const answered = once(child, "message");
    child.send({
      event: { rawPath: request.url, requestContext: { http: { method: request.method } } },
      timeoutMs: TIMEOUT_MS,
    });
    const [{ statusCode, headers, body }] = (await answered) as [Result];
    child.kill("SIGSTOP");
    frozen.push(child);
    response.writeHead(statusCode, headers).end(body);
  });
  return {
    url,
    async stop() {
      await stop();
      for (const child of all) child.kill("SIGKILL");
    },
  };
}
