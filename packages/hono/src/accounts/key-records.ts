import { type KeyInfo, keyInfo } from "@holdfast/protocol";
import { z } from "@hono/zod-openapi";
import type { Service } from "../context.ts";
import { answerOf } from "./database.ts";

/** What is kept of an API key. Never the key: only its SHA-256. */

export type KeyRecord = Omit<KeyInfo, "shown"> & { readonly sha256: string };
const keyRecord = keyInfo.omit({ shown: true }).extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export async function findKey(service: Service, id: string): Promise<KeyRecord | undefined> {
  const text = await answerOf(service.redis.hget<string>(hashOf(service), id));
  const record = parse(text);
  // Fields are looked up by ids that are unique; a record under another's id was not put there by this service.
  return record?.id === id ? record : undefined;
}

/** Of one tenant, found by an index of its own: how many keys others have is no burden to it. */
export async function keysOfTenant(service: Service, tenant: string | undefined): Promise<KeyRecord[]> {
  const ids = (await answerOf(service.redis.smembers(indexOf(service, tenant)))) as string[];
  if (ids.length === 0) return [];
  const texts: unknown = await answerOf(service.redis.hmget(hashOf(service), ...ids));
  return recordsIn(texts).filter((record) => record.tenant === tenant);
}

export async function keysOfAll(service: Service): Promise<KeyRecord[]> {
  return recordsIn(await answerOf(service.redis.hvals(hashOf(service))));
}

export async function putKey(service: Service, record: KeyRecord): Promise<void> {
  const { id, tenant } = record;
  const both = service.redis.multi();
  both.hset(hashOf(service), { [id]: JSON.stringify(record) }).sadd(indexOf(service, tenant), id);
  await answerOf(both.exec());
}

export async function removeKey(service: Service, { id, tenant }: KeyRecord): Promise<void> {
  await answerOf(service.redis.multi().hdel(hashOf(service), id).srem(indexOf(service, tenant), id).exec());
}

/** One hash for all tenants: whoever presents a key does not say whose it is. */
function hashOf({ options }: Service): string {
  return `${options.namespace}:svc:keys`;
}

function indexOf({ options: { namespace } }: Service, tenant: string | undefined): string {
  return tenant === undefined ? `${namespace}:svc:key-ids` : `${namespace}.${tenant}:svc:key-ids`;
}

function recordsIn(texts: unknown): KeyRecord[] {
  return Array.isArray(texts) ? texts.flatMap((text) => parse(text) ?? []) : [];
}

/** @returns undefined for what this service did not write: that opens nothing. */
function parse(text: unknown): KeyRecord | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return keyRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
