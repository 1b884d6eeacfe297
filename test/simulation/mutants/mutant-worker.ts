import { parentPort, workerData } from "node:worker_threads";
import * as core from "@holdfast/core";
import type { Outcome } from "../pool-worker.ts";
import { runQuorumSeed } from "../quorum/run-quorum-seed.ts";
import type { QuorumSdk } from "../quorum/subject.ts";
import { type RunOptions, runSeed } from "../run-seed.ts";
import { MUTANTS } from "./list/index.ts";
import { loadMutant } from "./load.ts";

// A thread of its own for each mutant, because some of them never come back.
const mutant = MUTANTS.find(({ name }) => name === workerData);
const sdk = mutant ? await loadMutant<QuorumSdk>(mutant) : core;

parentPort?.on("message", async (run: RunOptions) => {
  const { history: _, ...outcome } = await (run.quorum ? runQuorumSeed : runSeed)(sdk, run);
  parentPort?.postMessage(outcome satisfies Outcome);
});
