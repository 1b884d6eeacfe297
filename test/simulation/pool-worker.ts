import { parentPort } from "node:worker_threads";
import * as core from "@holdfast/core";
import { runQuorumSeed } from "./quorum/run-quorum-seed.ts";
import { runRival } from "./rivals/index.ts";
import { type RunOptions, type RunResult, runSeed } from "./run-seed.ts";

/** The run of whatever it puts under test. */
function runAny(run: RunOptions): Promise<RunResult> {
  if (run.subject) return runRival(run.subject, run);
  return run.quorum ? runQuorumSeed(core, run) : runSeed(core, run);
}

/** What is told of a run; its history stays where it was made, and is made again if somebody wants to see it. */
export type Outcome = Omit<RunResult, "history">;

parentPort?.on("message", async (run: RunOptions) => {
  const { history: _, ...outcome } = await runAny(run);
  parentPort?.postMessage(outcome satisfies Outcome);
});
