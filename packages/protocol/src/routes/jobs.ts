import { createRoute } from "@hono/zod-openapi";
import * as tasks from "../tasks.ts";
import { BODY, body, json, needs, problems, SIGNED } from "./parts.ts";

/** Jobs whose occurrences run once. */
export const jobRoutes = {
  beginTask: createRoute({
    method: "post",
    path: "/v1/tasks/begin",
    summary: "Begin an attempt at an occurrence of a job, or hear why there is none to begin",
    description: "For clients that hold the lease of the task's lock, as @holdfast/cron does.",
    tags: ["Jobs"],
    ...needs("locks:acquire"),
    request: { body: body(tasks.beginBody) },
    responses: { 200: json(tasks.beginAnswer, "What there is to do."), ...problems(...SIGNED, ...BODY) },
  }),
  finishTask: createRoute({
    method: "post",
    path: "/v1/tasks/finish",
    summary: "Say how an attempt ended",
    tags: ["Jobs"],
    ...needs("locks:acquire"),
    request: { body: body(tasks.finishBody) },
    responses: { 200: json(tasks.finishAnswer, "Whether it counted."), ...problems(...SIGNED, ...BODY) },
  }),
  lookAtTasks: createRoute({
    method: "post",
    path: "/v1/tasks/look",
    summary: "What is known of occurrences",
    tags: ["Jobs"],
    ...needs("locks:read"),
    request: { body: body(tasks.lookBody) },
    responses: {
      200: json(tasks.lookAnswer, "For each what is known; null for nothing."),
      ...problems(...SIGNED, ...BODY),
    },
  }),
  jobs: createRoute({
    method: "get",
    path: "/v1/jobs",
    summary: "The jobs that are remembered",
    tags: ["Jobs"],
    ...needs("locks:read"),
    request: { query: tasks.jobsQuery },
    responses: {
      200: json(tasks.jobPage, "A page, in no order. It may be empty and not the last."),
      ...problems(...SIGNED, "invalid-argument"),
    },
  }),
  job: createRoute({
    method: "get",
    path: "/v1/jobs/{job}",
    summary: "The latest runs of a job",
    tags: ["Jobs"],
    ...needs("locks:read"),
    request: { params: tasks.jobPath, query: tasks.jobQuery },
    responses: {
      200: json(tasks.jobHistory, "Bounded. Without runs when the job is not known."),
      ...problems(...SIGNED, "invalid-argument"),
    },
  }),
} as const;
