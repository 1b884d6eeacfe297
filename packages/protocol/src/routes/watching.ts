import { createRoute, z } from "@hono/zod-openapi";
import * as holding from "../holding.ts";
import * as looking from "../looking.ts";
import { BODY, body, json, needs, problems, SIGNED, stream } from "./parts.ts";

/** What happens to locks, as it happens and afterwards. */
export const watchRoutes = {
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
} as const;
