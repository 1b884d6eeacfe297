import { Worker } from "node:worker_threads";
import { ask } from "../pool.ts";
import type { Outcome } from "../pool-worker.ts";
import type { RunOptions } from "../run-seed.ts";

/** Runs seeds with one SDK, and gives up on those that do not come to an end. */
export interface Trial {
  /** @throws Error when the run itself broke down. */
  run(run: RunOptions): Promise<Outcome | "hangs">;
  close(): Promise<void>;
}

/** @param mutant by its name; none for the SDK as it is. */
export function openTrial(mutant: string | undefined, limitMs: number): Trial {
  const open = () => new Worker(new URL("./mutant-worker.ts", import.meta.url), { workerData: mutant });
  let worker: Worker | undefined;
  const close = async () => {
    await worker?.terminate();
    worker = undefined;
  };
  return {
    async run(run) {
      worker ??= open();
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<"hangs">((resolve) => {
        timer = setTimeout(resolve, limitMs, "hangs");
      });
      const outcome = await Promise.race([ask(worker, run), limit]);
      clearTimeout(timer);
      if (outcome === "hangs") await close();
      return outcome;
    },
    close,
  };
}
