import { type Cron, createCronOver, type JobStatus } from "@holdfast/cron";
import type { Command } from "commander";
import { whole } from "../input/number.ts";
import { jobJson, runJson } from "../output/job-json.ts";
import { jobsText, runsText } from "../output/job-text.ts";
import { type LookOptions, looks, show } from "../output/watch.ts";
import { type ConnectOptions, connected, connects, type Given, runsNothing } from "./shared.ts";

interface HistoryOptions extends ConnectOptions, LookOptions {
  readonly limit: number;
  readonly prefix: string;
}

const EXAMPLES = `
Examples:
  holdfast history nightly --limit 10
  holdfast history --json | jq -r '.jobs[] | select(.overdue) | .job'
`;

/** `holdfast history`: the runs of a job, or all jobs. */
export function historyCommand(parent: Command, given: Given): void {
  const command = parent
    .command("history")
    .description("show the latest runs of a job, or all jobs with the latest run of each")
    .argument("[job]", "of which the runs are shown")
    .option("--limit <n>", "how many runs of the job", whole(1, 200), 20)
    .option("--prefix <prefix>", "of the jobs, when all are shown", "")
    .addHelpText("after", EXAMPLES);
  connects(looks(command)).action(async (job: string | undefined, options: HistoryOptions) => {
    runsNothing(given);
    const { limit, prefix } = options;
    await connected(options, async ({ jobs, locks }) => {
      const cron = createCronOver({ commands: jobs, locks });
      if (job !== undefined) {
        const look = async () => ({ job, runs: (await cron.history(job, { limit })).map(runJson) });
        return show(options, look, ({ runs }) => runsText(runs));
      }
      const look = async () => ({ jobs: (await allJobs(cron, prefix)).map(jobJson) });
      return show(options, look, ({ jobs }) => jobsText(jobs));
    });
  });
}

async function allJobs(cron: Cron, prefix: string): Promise<JobStatus[]> {
  const found = new Map<string, JobStatus>();
  let cursor: string | null = null;
  do {
    const page = await cron.status({ prefix, cursor });
    for (const status of page.jobs) found.set(status.job, status);
    cursor = page.cursor;
  } while (cursor !== null);
  return [...found.values()].sort((a, b) => (a.job < b.job ? -1 : 1));
}
