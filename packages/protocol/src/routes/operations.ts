import { createRoute, z } from "@hono/zod-openapi";
import * as accounts from "../accounts.ts";
import * as looking from "../looking.ts";
import { json, needs, problems, SIGNED } from "./parts.ts";

/** For who runs the service. */
export const operationRoutes = {
  health: createRoute({
    method: "get",
    path: "/healthz",
    summary: "Whether the service and its database work",
    tags: ["Operations"],
    security: [],
    responses: { 200: json(accounts.health, "They do."), ...problems() },
  }),
  nodes: createRoute({
    method: "get",
    path: "/v1/nodes",
    summary: "How the databases are that locks live on",
    tags: ["Operations"],
    ...needs("locks:read"),
    responses: { 200: json(looking.nodes, "As each of them answered just now."), ...problems(...SIGNED) },
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
