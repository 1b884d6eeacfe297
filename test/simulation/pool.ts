import { Worker } from "node:worker_threads";
import type { Outcome } from "./pool-worker.ts";
import type { RunOptions } from "./run-seed.ts";

/** Runs seeds side by side, each on a core of its own. */
export interface Pool {
  /** Tells each outcome as it comes; in no order. */
  each(runs: readonly RunOptions[], onOutcome: (outcome: Outcome, run: RunOptions) => void): Promise<void>;
  close(): Promise<void>;
}

export function openPool(size: number): Pool {
  const workers = Array.from(
    { length: size },
    () => new Worker(new URL("./pool-worker.ts", import.meta.url)),
  );
  return {
    async each(runs, onOutcome) {
      const left = runs.values();
      const drain = async (worker: Worker) => {
        for (const run of left) onOutcome(await ask(worker, run), run);
      };
      await Promise.all(workers.map(drain));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** One run in a thread that has been given the SDK. */
export function ask(worker: Worker, run: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (outcome: Outcome) => {
      worker.off("error", reject);
      resolve(outcome);
    });
    worker.postMessage(run);
  });
}
