import type { Run } from "@holdfast/cron";
import type { Machine, Simulation } from "@holdfast/testing/simulation";

/** A call of the function. */
interface Call {
  readonly task: string;
  readonly run: Pick<Run, "fence" | "remainingMs">;
  readonly machine: Machine;
  settled: boolean;
}

/** Hears what happens and says which promise it breaks. */
export interface Judge {
  readonly violations: string[];
  /** Tasks that succeeded on the server. */
  succeeded(): number;
  hasSucceeded(task: string): boolean;
  /** The function is called. @returns what to call when it has settled. */
  called(task: string, run: Call["run"], machine: Machine): () => void;
  /** A delivery was told that this is the result. */
  told(task: string, result: unknown): void;
  fail(text: string): void;
}

/** Scripts are told apart by what they are given: one with a mistake in it has another digest. */
const BEGIN_ARGUMENTS = 17;
const FINISH_ARGUMENTS = 9;

/**
 * @param alone whether runs of different tasks keep each other away.
 * @param strict whether the database keeps what it has acknowledged, and its clock goes on: otherwise no lock can hold.
 */
export function createJudge(
  { time, server }: Simulation,
  alone: boolean,
  lockAtLeastForMs: number,
  strict: boolean,
): Judge {
  const violations: string[] = [];
  const successes = new Map<string, { readonly run: string; readonly result: string }>();
  const calls = new Set<Call>();
  const began = new Set<string>();
  let latest: { task: string; run: string; at: number } | undefined;
  const fail = (text: string) => void violations.push(`${Math.round(time.nowMs)} ms: ${text}`);

  server.onCommand((args, reply) => {
    const [, , count, key = ""] = args;
    if (!Array.isArray(reply) || !/\}:(at:|task$)/.test(key)) return;
    const given = args.length - 3 - Number(count);
    const task = taskOf(key);
    const argument = (n: number) => args[2 + Number(count) + n] ?? "";
    const run = `${argument(1)}.${argument(2)}`;
    if (given === FINISH_ARGUMENTS && reply[0] === "recorded" && argument(3) === "succeeded") {
      const known = successes.get(task);
      if (known && known.run !== run && strict) fail(`${task} succeeded twice: ${known.run} and ${run}`);
      successes.set(task, { run, result: argument(4) });
    }
    // What was taken back holds nobody up.
    if (given === FINISH_ARGUMENTS && argument(3) === "withdrawn" && latest?.run === run) latest = undefined;
    if (given !== BEGIN_ARGUMENTS || reply[0] !== "began" || began.has(`${task} ${run}`)) return;
    began.add(`${task} ${run}`);
    const at = Number(reply[1]);
    if (successes.has(task) && strict) fail(`${task} began again after it had succeeded`);
    if (latest && latest.task !== task && at - latest.at < lockAtLeastForMs && strict)
      fail(`${task} began ${at - latest.at} ms after ${latest.task}, which holds for ${lockAtLeastForMs} ms`);
    latest = { task, run, at };
  });

  return {
    violations,
    succeeded: () => successes.size,
    hasSucceeded: (task) => successes.has(task),
    called(task, run, machine) {
      for (const other of calls) {
        if (other.settled || other.machine.state === "dead" || !(alone || other.task === task)) continue;
        if (other.run.remainingMs() > 0 && strict)
          fail(`${task} (${run.fence}) runs beside ${other.task} (${other.run.fence})`);
      }
      if (run.remainingMs() === 0) fail(`${task} was begun under a lease that is over`);
      const call: Call = { task, run, machine, settled: false };
      calls.add(call);
      return () => {
        call.settled = true;
        calls.delete(call);
      };
    },
    told(task, result) {
      const success = successes.get(task);
      if (strict && success?.result !== (result === undefined ? "" : JSON.stringify(result)))
        fail(`${task} was said to have given ${JSON.stringify(result)}, not ${success?.result}`);
    },
    fail,
  };
}

/** What the keys of a task are told apart by. */
function taskOf(key: string): string {
  return key.replace(/^.*\}:(at:)?/, "") === "task"
    ? key.replace(/^.*\{once:(.*)\}.*$/, "$1")
    : key.replace(/^.*:at:/, "");
}
