import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { freePort } from "../../packages/testing/src/node/free-port.ts";
import { descendants } from "../e2e/processes.ts";
import { deployedCompatibility } from "../support/worker.ts";
import { startWorkerd } from "../support/workerd.ts";

export interface LoadedWorker extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Of its isolate, where it can be found. */
  readonly inspector: string | undefined;
}

/** The service as it is deployed, once with its history and once without, and the bare handler, in one isolate. */
const ENTRY = `
import service from "./index.js";
import bare from "./bare.js";
export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/bare") return bare.fetch(request, env, ctx);
    if (!pathname.startsWith("/unrecorded/")) return service.fetch(request, env, ctx);
    const url = request.url.replace("/unrecorded", "");
    return service.fetch(new Request(url, request), { ...env, HOLDFAST_HISTORY: "off" }, ctx);
  },
};
`;

export async function startLoadedWorker(gatewayUrl: string, token: string): Promise<LoadedWorker> {
  const inspectorPort = await freePort();
  const index = new URL("../../apps/worker/dist/index.js", import.meta.url);
  const worker = await startWorkerd({
    name: "holdfast",
    modules: new Map([
      ["entry.js", ENTRY],
      ["index.js", await readFile(index, "utf8")],
      ["bare.js", await bareBundle()],
    ]),
    compatibility: await deployedCompatibility(),
    env: {
      UPSTASH_REDIS_REST_URL: gatewayUrl,
      UPSTASH_REDIS_REST_TOKEN: token,
      HOLDFAST_API_KEY: token,
      // What the terminal does with a line for each request is not the service's doing.
      HOLDFAST_LOGS: "off",
    },
    inspectorPort,
  });
  const pid = descendants(process.pid).find(({ command }) => /workerd serve/.test(command))?.pid ?? 0;
  return {
    url: worker.url,
    pid,
    inspector: await inspectorAt(inspectorPort),
    [Symbol.asyncDispose]: () => worker.stop(),
  };
}

async function inspectorAt(port: number): Promise<string | undefined> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  return targets[0]?.webSocketDebuggerUrl;
}

async function bareBundle(): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL("bare.ts", import.meta.url)),
    platform: "browser",
  });
  const { output } = await bundle.generate({ format: "esm" });
  await bundle.close();
  return output[0].code;
}
