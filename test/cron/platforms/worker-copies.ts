import { bundleApp } from "../../support/bundle.ts";
import { deployedCompatibility } from "../../support/worker.ts";
import { type RunningWorker, startWorkerd } from "../../support/workerd.ts";
import { examplePath } from "./processes.ts";

/** Copies of examples/cloudflare-worker, each in a workerd of its own. */
export interface WorkerCopies {
  /** Fires the schedule of one of them, as Cloudflare does. @returns whether it went well, by the status. */
  fire(copy: number, time: Date): Promise<number>;
  stop(): Promise<void>;
}

export async function startCopies(
  copies: number,
  env: Readonly<Record<string, string>>,
): Promise<WorkerCopies> {
  const code = await bundleApp(examplePath("cloudflare-worker/src/index.ts"));
  const home = new URL("../../../examples/cloudflare-worker/", import.meta.url);
  const compatibility = await deployedCompatibility(home);
  const modules = new Map([["index.js", code]]);
  const start = () => startWorkerd({ name: "reports", modules, compatibility, env, schedulable: true });
  const workers: RunningWorker[] = await Promise.all(Array.from({ length: copies }, start));
  return {
    async fire(copy, time) {
      const cron = encodeURIComponent("* * * * *");
      const url = `${workers[copy]?.url}/cdn-cgi/local/scheduled?cron=${cron}&time=${time.getTime()}`;
      const answer = await fetch(url);
      await answer.body?.cancel();
      return answer.status;
    },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}
