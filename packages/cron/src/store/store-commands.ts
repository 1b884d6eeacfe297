import type { Reply, RunOptions, Script, Store } from "@holdfast/core";
import { checkKeepsValues, checkNamespace } from "@holdfast/core/commands";
import type { BeginAsk, CronCommands, FinishAsk, JobHistory, Task } from "../commands.ts";
import { beginScript, finishScript, historyScript, jobsScript, lookScript } from "../scripts.generated.ts";
import { jobKeys, jobOf, jobPattern, taskKeys } from "./keys.ts";
import { decodeBegin, decodeFinish, decodeHistories, decodeLook, decodeTexts, type Who } from "./replies.ts";

/** How many keys of the database a page of jobs looks at, at least: few of them are jobs. */
const KEYS_A_PAGE = 500;

/**
 * The commands over a store: the server's end, for `createCronOver` here or for whoever carries them to clients that must not
 * have the store. Does no I/O. It checks no argument of a command.
 *
 * @throws HoldfastError `invalid-argument` for a store or namespace that cannot work.
 */
export function storeCommands(store: Store, namespace = "holdfast"): CronCommands {
  checkKeepsValues("storeCommands", store);
  checkNamespace(namespace);

  const run = (script: Script, keys: readonly string[], args: readonly unknown[], options: RunOptions) =>
    store.run(script, keys, args.map(String), options);

  async function histories(jobs: readonly string[], limit: number, options: RunOptions) {
    const keys = jobs.flatMap((job) => jobKeys(namespace, job));
    return decodeHistories(await run(historyScript, keys, [limit], options), jobs);
  }

  async function scan(cursor: string, pattern: string, options: RunOptions): Promise<Reply> {
    return store.scan
      ? store.scan(cursor, pattern, KEYS_A_PAGE, options)
      : run(jobsScript, [], [cursor, pattern, KEYS_A_PAGE], options);
  }

  return {
    begin: async (ask, options) =>
      decodeBegin(await run(beginScript, taskKeys(namespace, ask.task), beginArguments(ask), options)),
    finish: async (ask, options) =>
      decodeFinish(await run(finishScript, taskKeys(namespace, ask.task), finishArguments(ask), options)),
    async look({ tasks, results }, options) {
      const keys = tasks.map((task) => taskKeys(namespace, task)[0] ?? "");
      return decodeLook(await run(lookScript, keys, [results ? 1 : 0], options), tasks.length);
    },
    async history({ job, limit }, options) {
      const [found] = await histories([job], limit, options);
      return found as JobHistory;
    },
    async jobs({ prefix, cursor, limit }, options) {
      const [next = "0", ...keys] = decodeTexts(await scan(cursor, jobPattern(namespace, prefix), options));
      const names = [...new Set(keys)].map((key) => jobOf(namespace, key));
      // Where not all keys live together, each job is asked for by itself.
      const asked = store.slotOf ? names.map((name) => [name]) : names.length > 0 ? [names] : [];
      const jobs = await Promise.all(asked.map((some) => histories(some, limit, options)));
      return { jobs: jobs.flat(), cursor: next };
    },
  };
}

function beginArguments(ask: BeginAsk): unknown[] {
  return [
    ask.fence,
    ask.round,
    ask.lock,
    ask.attempts,
    ask.lockAtMostForMs,
    ask.lockAtLeastForMs,
    ask.keepForMs,
    ask.scheduledAt ?? "-",
    ask.schedule ?? "",
    ask.timeZone ?? "",
    who(ask.task, ask.host, ask.metadata, null),
    ask.fingerprint,
    ask.id,
    ...[ask.held, ask.ends.running, ask.ends.busy].map(Number),
    occurrenceOf(ask.task),
  ];
}

function finishArguments(ask: FinishAsk): unknown[] {
  return [
    ask.fence,
    ask.round,
    ask.state,
    ask.result ?? "",
    Number(ask.remembered),
    ask.error ?? "",
    ask.keepForMs,
    who(ask.task, ask.host, ask.metadata, ask.error),
    ask.lockAtMostForMs,
  ];
}

function occurrenceOf(task: Task): string {
  return "once" in task ? "" : task.occurrence;
}

function who(task: Task, host: string | null, metadata: Who["metadata"], error: string | null): string {
  return JSON.stringify({
    occurrence: occurrenceOf(task),
    ...(host !== null && { host }),
    ...(metadata !== null && { metadata }),
    ...(error !== null && { error }),
  });
}
