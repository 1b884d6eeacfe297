import { createRoute } from "@hono/zod-openapi";
import * as acquiring from "../acquiring.ts";
import * as holding from "../holding.ts";
import * as looking from "../looking.ts";
import { BODY, body, idempotent, json, name, needs, problems, SIGNED } from "./parts.ts";

/** Locks, one name at a time. */
export const lockRoutes = {
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
} as const;
