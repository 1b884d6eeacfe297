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

/** Of every tenant. */
export async function allKeys(service: Service): Promise<KeyRecord[]> {
  const texts = (await answerOf(service.redis.hvals(hashOf(service)))) as unknown[];
  return texts.flatMap((text) => parse(text) ?? []);
}

export async function putKey(service: Service, record: KeyRecord): Promise<void> {
  await answerOf(service.redis.hset(hashOf(service), { [record.id]: JSON.stringify(record) }));
}

export async function removeKeys(service: Service, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await answerOf(service.redis.hdel(hashOf(service), ...ids));
}

/** One hash for all tenants: whoever presents a key does not say whose it is. */
function hashOf({ options }: Service): string {
  return `${options.namespace}:svc:keys`;
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
