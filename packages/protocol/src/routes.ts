import { createRoute, z } from "@hono/zod-openapi";
import * as accounts from "./accounts.ts";
import * as acquiring from "./acquiring.ts";
import * as holding from "./holding.ts";
import * as looking from "./looking.ts";
import { PROBLEMS, type ProblemCode, problem } from "./problem.ts";
import * as tasks from "./tasks.ts";
import { lockName, token } from "./values.ts";

/**
 * Every route of the API, described once: the service checks by it, /openapi.json is made of it, the client's types are
 * its own. The scope that a route needs is its `security`.
 */

type Scope = z.output<typeof accounts.scope>;

const name = z.object({ name: lockName.openapi({ param: { name: "name", in: "path" } }) });
const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
const body = <T extends z.ZodType>(schema: T) => ({
  content: { "application/json": { schema } },
  required: true as const,
});
const stream = (description: string) => ({
  description,
  content: { "text/event-stream": { schema: z.string() } },
});

const ALWAYS = ["internal", "misconfigured", "unavailable", "refused"] as const satisfies ProblemCode[];
const SIGNED = [
  "unauthorized",
  "forbidden",
  "rate-limited",
  "malformed-path",
] as const satisfies ProblemCode[];
const BODY = [
  "malformed-json",
  "body-too-large",
  "unsupported-media-type",
  "invalid-argument",
] as const satisfies ProblemCode[];

/** What tells a client how to go on. */
const HEADERS: Record<number, Record<string, { description: string; schema: object }>> = {
  401: { "WWW-Authenticate": { description: "What is wrong with the key.", schema: { type: "string" } } },
  409: retryAfter("With held and queue-full: seconds until the next lease ends."),
  429: retryAfter("Seconds until requests are allowed again."),
  503: retryAfter("With unavailable: seconds to leave it alone."),
};

function retryAfter(description: string) {
  return { "Retry-After": { description, schema: { type: "integer", minimum: 1 } } };
}

/** The answers that are problems, by status. */
function problems(...codes: ProblemCode[]) {
  const responses: Record<number, { description: string; content: object; headers?: object }> = {};
  const examples: Record<number, Record<string, object>> = {};
  for (const code of [...codes, ...ALWAYS]) {
    const { status, title } = PROBLEMS[code];
    const before = responses[status];
    const shown = { ...examples[status], [code]: { $ref: `#/components/examples/${code}` } };
    examples[status] = shown;
    responses[status] = {
      description: before ? `${before.description}. ${title} (${code})` : `${title} (${code})`,
      content: { "application/problem+json": { schema: problem, examples: shown } },
      ...(HEADERS[status] && { headers: HEADERS[status] }),
    };
  }
  return responses as Record<never, never>;
}

const needs = (scope: Scope) => ({ security: [{ key: [scope] }, { jwt: [scope] }] });
const idempotent = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .openapi({
      description: `The attempt's name, if the body has no attemptId. ${token.description ?? ""}`.trim(),
    }),
});

export const routes = {
  acquire: createRoute({
    method: "post",
    path: "/v1/locks/{name}/acquire",
    summary: "Take a lock",
    tags: ["Locks"],
    ...needs("locks:acquire"),
    request: { params: name, headers: idempotent, body: body(acquiring.acquireBody) },
    responses: {
      200: json(acquiring.leaseAnswer, "It is yours."),
      202: json(acquiring.queued, "It has a place in the queue (inQueue)."),
      ...problems(...SIGNED, ...BODY, "held", "queue-full", "attempt-ended", "kind-mismatch"),
    },
  }),
  extend: createRoute({
    method: "post",
    path: "/v1/locks/{name}/extend",
    summary: "Keep a lock for longer",
    tags: ["Locks"],
    ...needs("locks:acquire"),
    request: { params: name, body: body(holding.extendBody) },
    responses: {
      200: json(acquiring.leaseAnswer, "It is yours for longer."),
      ...problems(...SIGNED, ...BODY, "lost", "kind-mismatch"),
    },
  }),
  release: createRoute({
    method: "post",
    path: "/v1/locks/{name}/release",
    summary: "Give a lock back",
    tags: ["Locks"],
    ...needs("locks:acquire"),
    request: { params: name, body: body(holding.releaseBody) },
    responses: {
      200: json(holding.releaseAnswer, "It is not yours any more; the outcome says since when."),
      ...problems(...SIGNED, ...BODY, "kind-mismatch"),
    },
  }),
  withdraw: createRoute({
    method: "post",
    path: "/v1/locks/{name}/withdraw",
    summary: "Undo an acquire",
    description:
      "Releases what the attempt got, takes it out of the queue, and keeps it from getting anything should its request arrive late. " +
      "The body is that of the acquire, with attemptId and owner.",
    tags: ["Locks"],
    ...needs("locks:acquire"),
    request: { params: name, headers: idempotent, body: body(acquiring.acquireBody) },
    responses: {
      204: { description: "Nothing of the attempt is left." },
      ...problems(...SIGNED, ...BODY, "kind-mismatch"),
    },
  }),
  convert: createRoute({
    method: "post",
    path: "/v1/locks/{name}/convert",
    summary: "Turn a read lease into the write lease, or back",
    tags: ["Locks"],
    ...needs("locks:acquire"),
    request: { params: name, body: body(holding.convertBody) },
    responses: {
      200: json(holding.convertAnswer, "It is of the other mode now."),
      ...problems(...SIGNED, ...BODY, "lost", "other-readers", "kind-mismatch"),
    },
  }),
  resize: createRoute({
    method: "post",
    path: "/v1/locks/{name}/resize",
    summary: "Change the number of a semaphore's permits",
    tags: ["Locks"],
    ...needs("locks:admin"),
    request: { params: name, body: body(holding.resizeBody) },
    responses: {
      204: { description: "It has that many permits." },
      ...problems(...SIGNED, ...BODY, "kind-mismatch"),
    },
  }),
  inspect: createRoute({
    method: "get",
    path: "/v1/locks/{name}",
    summary: "Who holds a lock and who waits for it",
    tags: ["Locks"],
    ...needs("locks:read"),
    request: { params: name },
    responses: {
      200: json(looking.inspection, "Owners appear as a hash."),
      ...problems(...SIGNED, "invalid-argument", "kind-mismatch"),
    },
  }),
  break: createRoute({
    method: "delete",
    path: "/v1/locks/{name}",
    summary: "Break a lock",
    description:
      "Ends its leases. Holders learn it at their next request; only the fence keeps them from writing until then.",
    tags: ["Locks"],
    ...needs("locks:admin"),
    request: { params: name, body: { ...body(looking.breakBody), required: false } },
    responses: {
      200: json(looking.breakAnswer, "Nobody holds it, or the next in line does."),
      ...problems(...SIGNED, ...BODY),
    },
  }),
  list: createRoute({
    method: "get",
    path: "/v1/locks",
    summary: "The locks that are in use",
    tags: ["Locks"],
    ...needs("locks:read"),
    request: { query: looking.listQuery },
    responses: {
      200: json(looking.lockPage, "A page, in no order. It may be empty and not the last."),
      ...problems(...SIGNED, "invalid-argument"),
    },
  }),
  acquireAll: createRoute({
    method: "post",
    path: "/v1/leases/acquire",
    summary: "Take several locks, all or none",
    tags: ["Leases over several names"],
    ...needs("locks:acquire"),
    request: { headers: idempotent, body: body(acquiring.acquireAllBody) },
    responses: {
      200: json(acquiring.leaseAnswer, "They are yours."),
      ...problems(...SIGNED, ...BODY, "held", "attempt-ended", "kind-mismatch"),
    },
  }),
  extendAll: createRoute({
    method: "post",
    path: "/v1/leases/extend",
    summary: "Keep several locks for longer",
    tags: ["Leases over several names"],
    ...needs("locks:acquire"),
    request: { body: body(holding.extendAllBody) },
    responses: {
      200: json(holding.extendAllAnswer, "What each has left."),
      ...problems(...SIGNED, ...BODY, "kind-mismatch"),
    },
  }),
  releaseAll: createRoute({
    method: "post",
    path: "/v1/leases/release",
    summary: "Give several locks back",
    tags: ["Leases over several names"],
    ...needs("locks:acquire"),
    request: { body: body(holding.releaseAllBody) },
    responses: {
      200: json(holding.releaseAnswer, "Released only if all of them were still held."),
      ...problems(...SIGNED, ...BODY, "kind-mismatch"),
    },
  }),
  withdrawAll: createRoute({
    method: "post",
    path: "/v1/leases/withdraw",
    summary: "Undo an acquire of several locks",
    tags: ["Leases over several names"],
    ...needs("locks:acquire"),
    request: { headers: idempotent, body: body(acquiring.acquireAllBody) },
    responses: {
      204: { description: "Nothing of the attempt is left." },
      ...problems(...SIGNED, ...BODY, "kind-mismatch"),
    },
  }),
  countDown: createRoute({
    method: "post",
    path: "/v1/latches/{name}/count-down",
    summary: "Count a latch down, or look at it",
    tags: ["Latches"],
    ...needs("locks:acquire"),
    request: { params: name, body: body(holding.countDownBody) },
    responses: {
      200: json(holding.countDownAnswer, "What is left to count."),
      ...problems(...SIGNED, ...BODY, "kind-mismatch"),
    },
  }),
  wakeUps: createRoute({
    method: "post",
    path: "/v1/wake-ups",
    summary: "Hear when it is one's turn",
    description:
      "A stream for clients that wait by themselves (inQueue). The event `open` says that nothing is missed from now on; each " +
      "`wake-up` carries one message: `granted <nonce> <fence> <store time> <claim window>`, `first <nonce> <ms until the lease in the way ends>` or `ask`.",
    tags: ["Streams"],
    ...needs("locks:acquire"),
    request: { body: body(holding.wakeUpsBody) },
    responses: { 200: stream("Server-sent events."), ...problems(...SIGNED, ...BODY) },
  }),
  events: createRoute({
    method: "get",
    path: "/v1/events",
    summary: "What happens to locks through this service, as it happens",
    description:
      "Each event `lock` carries a LockEvent; its id can be sent as Last-Event-ID when the stream broke, and what was missed comes first. " +
      "An event `gap` says that the history does not reach back so far. The stream ends after ten minutes at the latest.",
    tags: ["Streams"],
    ...needs("locks:read"),
    request: {
      query: looking.eventsQuery,
      headers: z.object({ "last-event-id": z.string().optional() }),
    },
    responses: { 200: stream("Server-sent events."), ...problems(...SIGNED, "invalid-argument") },
  }),
  history: createRoute({
    method: "get",
    path: "/v1/history",
    summary: "What happened to locks through this service",
    tags: ["Locks"],
    ...needs("locks:read"),
    request: { query: looking.historyQuery },
    responses: { 200: json(looking.history, "Bounded."), ...problems(...SIGNED, "invalid-argument") },
  }),
  overview: createRoute({
    method: "get",
    path: "/v1/overview",
    summary: "Grants, contention, waits and losses by the minute",
    tags: ["Locks"],
    ...needs("locks:read"),
    request: { query: looking.overviewQuery },
    responses: {
      200: json(looking.overview, "The latest minute last."),
      ...problems(...SIGNED, "invalid-argument"),
    },
  }),
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
  me: createRoute({
    method: "get",
    path: "/v1/me",
    summary: "What this key may do",
    tags: ["Accounts"],
    security: [{ key: [] }, { jwt: [] }],
    responses: { 200: json(accounts.me, "Its rights."), ...problems(...SIGNED) },
  }),
  createKey: createRoute({
    method: "post",
    path: "/v1/keys",
    summary: "Make an API key",
    description: "It can have no right that the one who makes it lacks.",
    tags: ["Accounts"],
    ...needs("locks:admin"),
    request: { body: body(accounts.createKeyBody) },
    responses: {
      201: json(accounts.createdKey, "The key is shown this once."),
      ...problems(...SIGNED, ...BODY),
    },
  }),
  keys: createRoute({
    method: "get",
    path: "/v1/keys",
    summary: "The API keys of one's tenant",
    tags: ["Accounts"],
    ...needs("locks:admin"),
    responses: { 200: json(accounts.keyList, "Without the keys themselves."), ...problems(...SIGNED) },
  }),
  revokeKey: createRoute({
    method: "delete",
    path: "/v1/keys/{id}",
    summary: "Revoke an API key",
    tags: ["Accounts"],
    ...needs("locks:admin"),
    request: { params: z.object({ id: accounts.keyId.openapi({ param: { name: "id", in: "path" } }) }) },
    responses: {
      204: { description: "It opens nothing any more, within the time that services remember keys." },
      ...problems(...SIGNED, "not-found", "invalid-argument"),
    },
  }),
  audit: createRoute({
    method: "get",
    path: "/v1/audit",
    summary: "Who did what that needed a right",
    tags: ["Accounts"],
    ...needs("locks:admin"),
    request: { query: accounts.auditQuery },
    responses: {
      200: json(accounts.audit, "Bounded; the latest last."),
      ...problems(...SIGNED, "invalid-argument"),
    },
  }),
  health: createRoute({
    method: "get",
    path: "/healthz",
    summary: "Whether the service and its database work",
    tags: ["Operations"],
    security: [],
    responses: { 200: json(accounts.health, "They do."), ...problems() },
  }),
  metrics: createRoute({
    method: "get",
    path: "/metrics",
    summary: "Counters for Prometheus",
    tags: ["Operations"],
    ...needs("locks:admin"),
    responses: {
      200: { description: "Prometheus text.", content: { "text/plain": { schema: z.string() } } },
      ...problems(...SIGNED),
    },
  }),
} as const;

/** The scope that a route needs; undefined where any valid key will do, or none. */
export function scopeOf(route: { readonly security?: Record<string, string[]>[] }): Scope | undefined {
  return route.security?.[0]?.key?.[0] as Scope | undefined;
}
