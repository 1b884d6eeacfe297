import { parentPort } from "node:worker_threads";
import * as core from "@holdfast/core";
import { runRival } from "./rivals/index.ts";
import { type RunOptions, type RunResult, runSeed } from "./run-seed.ts";

/** What is told of a run; its history stays where it was made, and is made again if somebody wants to see it. */
export type Outcome = Omit<RunResult, "history">;

parentPort?.on("message", async (run: RunOptions) => {
  const { history: _, ...outcome } = await (run.subject ? runRival(run.subject, run) : runSeed(core, run));
  parentPort?.postMessage(outcome satisfies Outcome);
});
