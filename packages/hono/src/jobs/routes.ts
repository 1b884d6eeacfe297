import { type CronCommands, jobStatus, storeCommands, type Task, taskLock } from "@holdfast/cron";
import { type JobHistoryBody, type JobPageBody, routes } from "@holdfast/protocol";
import { checkName, mayName } from "../accounts/rights.ts";
import type { ServiceApp, ServiceContext } from "../context.ts";
import { within } from "../locks/tries.ts";
import { mount } from "../mount.ts";
import { unprocessable } from "../problem.ts";

/**
 * Jobs: the commands of `@holdfast/cron` at the store. Whoever may have the lock of a task may say how it went: a task is for those
 * whose prefixes its lock's name is within (`cron:<job>…`, `once:<key>`).
 */
export function mountJobs(app: ServiceApp): void {
  mount(app, routes.beginTask, async (c, { body }) => {
    checkName(c, taskLock(body.task));
    return c.json(await commandsOf(c).begin(body as Parameters<CronCommands["begin"]>[0], within()), 200);
  });
  mount(app, routes.finishTask, async (c, { body }) => {
    checkName(c, taskLock(body.task));
    return c.json(await commandsOf(c).finish(body as Parameters<CronCommands["finish"]>[0], within()), 200);
  });
  mount(app, routes.lookAtTasks, async (c, { body: { tasks, results } }) => {
    for (const task of tasks) checkName(c, taskLock(task));
    if (new Set(tasks.map(jobOf)).size > 1)
      throw unprocessable([{ field: "tasks", detail: "must be of one job." }]);
    return c.json(await commandsOf(c).look({ tasks, results }, within()), 200);
  });
  mount(app, routes.job, async (c, { params: { job }, query: { limit } }) => {
    checkName(c, lockOf(job));
    const history = await commandsOf(c).history({ job, limit }, within());
    return c.json({ ...history, ...dueOf({ job, ...history }) } as JobHistoryBody, 200);
  });
  mount(app, routes.jobs, async (c, { query: { prefix = "", cursor = "0", limit } }) => {
    const page = await commandsOf(c).jobs({ prefix, cursor, limit }, within());
    const jobs = page.jobs.filter(({ job }) => mayName(c.var.principal, lockOf(job)));
    const answer = {
      jobs: jobs.map((job) => ({ ...job, ...dueOf(job) })),
      ...(page.cursor !== "0" && { cursor: page.cursor }),
    };
    return c.json(answer as JobPageBody, 200);
  });
}

function commandsOf({ var: { service, principal } }: ServiceContext): CronCommands {
  return storeCommands(service.store, service.namespaceOf(principal));
}

function dueOf(history: Parameters<typeof jobStatus>[0]): Pick<JobHistoryBody, "nextAt" | "overdue"> {
  const { nextAt, overdue } = jobStatus(history);
  return { nextAt: nextAt?.getTime() ?? null, overdue };
}

/** The name that the locks of all its occurrences begin with. */
function lockOf(job: string): string {
  return taskLock({ job, occurrence: "" });
}

/** Keys that are done once are by themselves. */
function jobOf(task: Task): string {
  return JSON.stringify("once" in task ? [task.once] : task.job);
}
