import { createRoute, z } from "@hono/zod-openapi";
import * as accounts from "../accounts.ts";
import { BODY, body, json, needs, problems, SIGNED } from "./parts.ts";

/** Who may do what. */
export const accountRoutes = {
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
} as const;
