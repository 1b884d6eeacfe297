import { createRoute } from "@hono/zod-openapi";
import * as acquiring from "../acquiring.ts";
import * as holding from "../holding.ts";
import { BODY, body, idempotent, json, name, needs, problems, SIGNED } from "./parts.ts";

/** Leases over several names, and latches. */
export const leaseRoutes = {
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
} as const;
