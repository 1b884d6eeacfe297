import { z } from "@hono/zod-openapi";
import { duration, moment, prefix, ttlMs } from "./values.ts";

/** Who may do what. */

/** Take locks and give them back; look at locks; break locks and manage keys. */
export const scope = z.enum(["locks:acquire", "locks:read", "locks:admin"]);

export const tenant = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, "must be 1 to 32 of a-z 0-9 -, with no - at its ends")
  .openapi({ example: "acme" });

const rateLimit = z.strictObject({
  requests: z.int().min(1).max(1_000_000),
  windowMs: z.int().min(1000).max(3_600_000),
});

const rights = {
  scopes: z
    .array(scope)
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, "must differ from one another"),
  prefixes: z
    .array(prefix)
    .min(1)
    .max(20)
    .openapi({ description: 'What the names must begin with that it may use. [""] is all.' }),
  maxTtlMs: ttlMs
    .optional()
    .openapi({ description: "The longest lease it may take. Default: no limit of its own." }),
  rateLimit: rateLimit.optional().openapi({ description: "A sliding window. Default: no limit." }),
};

export const createKeyBody = z
  .strictObject({
    label: z.string().trim().min(1).max(100),
    tenant: tenant.optional().openapi({
      description: "Only the operator's key may name another tenant than its own.",
    }),
    ...rights,
    prefixes: rights.prefixes.default([""]),
    expiresAt: moment.optional(),
  })
  .openapi("CreateKey");

export const keyInfo = z
  .object({
    id: z.string().regex(/^[0-9A-Za-z]{12}$/),
    shown: z
      .string()
      .openapi({ description: "The beginning of the key, to tell it by.", example: "hf_4kTq8sYc1LzR_…" }),
    label: z.string(),
    tenant: tenant.optional().openapi({ description: "Missing: the operator's own." }),
    ...rights,
    createdAt: moment,
    createdBy: z.string(),
    expiresAt: moment.optional(),
  })
  .openapi("KeyInfo");

export const createdKey = keyInfo
  .extend({ key: z.string().openapi({ description: "The key itself. It is shown this once and not kept." }) })
  .openapi("CreatedKey");

export const keyList = z.object({ keys: z.array(keyInfo) }).openapi("KeyList");

export const keyId = z.string().regex(/^[0-9A-Za-z]{12}$/, "must be a key's id: 12 letters and digits");

/** Who asks, as the service sees it. */
export const me = z
  .object({
    id: z.string(),
    via: z.enum(["operator", "key", "jwt"]),
    tenant: tenant.optional(),
    ...rights,
  })
  .openapi("Me");

export const auditEntry = z
  .object({
    id: z.string(),
    at: moment,
    actor: z.string(),
    action: z.enum([
      "key-created",
      "key-revoked",
      "lock-broken",
      "lock-stolen",
      "semaphore-resized",
      "refused",
    ]),
    target: z.string().optional(),
    reason: z.string().optional(),
  })
  .openapi("AuditEntry");

export const auditQuery = z.strictObject({
  since: z.coerce.number().pipe(moment).optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(200),
});

export const audit = z.object({ entries: z.array(auditEntry) }).openapi("Audit");

export const health = z.object({ status: z.literal("ok"), storeMs: duration.optional() }).openapi("Health");
