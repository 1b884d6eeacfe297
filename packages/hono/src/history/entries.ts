import type { LockEventBody } from "@holdfast/protocol";
import { answerOf } from "../accounts/database.ts";
import { mayName } from "../accounts/rights.ts";
import type { Principal, Service } from "../context.ts";

/** Reading a tenant's stream of events. */

/** How much one request of the database answers. */
const PAGE = 1000;

type Entries = readonly (readonly [id: string, fields: readonly string[]])[];

/** As the database answers it: the client leaves answers as they are, whatever its types say. */
async function entriesOf(asked: Promise<unknown>): Promise<Entries> {
  return (await answerOf(asked)) as Entries;
}

/** The events after an id, the oldest first; `full` says that there may be more. */
export async function eventsAfter(
  { redis }: Service,
  key: string,
  id: string,
  most: number,
): Promise<{ events: LockEventBody[]; last: string; full: boolean }> {
  const entries = await entriesOf(redis.xrange(key, `(${id}`, "+", most));
  return {
    events: entries.flatMap(decode),
    last: entries.at(-1)?.[0] ?? id,
    full: entries.length === most,
  };
}

/** The id of the latest entry, or the one before all. */
export async function latestId({ redis }: Service, key: string): Promise<string> {
  const [latest] = await entriesOf(redis.xrevrange(key, "+", "-", 1));
  return latest?.[0] ?? "0-0";
}

/** Whether the history does not reach back to the id any more, so that what came after it may be missing. */
export async function isForgotten({ redis }: Service, key: string, id: string): Promise<boolean> {
  const [oldest] = await entriesOf(redis.xrange(key, "-", "+", 1));
  return oldest !== undefined && isAfter(oldest[0], id);
}

function isAfter(a: string, b: string): boolean {
  const [aMs = 0n, aNth = 0n] = a.split("-").map(BigInt);
  const [bMs = 0n, bNth = 0n] = b.split("-").map(BigInt);
  return aMs > bMs || (aMs === bMs && aNth > bNth);
}

/** The events since a moment, the latest first, page by page. `most` bounds how many are looked at. */
export async function* eventsBack(
  { redis }: Service,
  key: string,
  since: number,
  most: number,
): AsyncGenerator<LockEventBody[]> {
  let end = "+";
  for (let looked = 0; looked < most; looked += PAGE) {
    const entries = await entriesOf(redis.xrevrange(key, end, String(since), PAGE));
    yield entries.flatMap(decode);
    const oldest = entries.at(-1);
    if (entries.length < PAGE || !oldest) return;
    end = `(${oldest[0]}`;
  }
}

function decode([id, [, text = ""]]: Entries[number]): LockEventBody[] {
  try {
    return [{ id, ...JSON.parse(text) }];
  } catch {
    return []; // not of this service
  }
}

export interface Wanted {
  readonly name?: string | undefined;
  readonly prefix?: string | undefined;
}

/** Whether an event is asked for, and may be seen. */
export function wanted(
  principal: Principal,
  { name, prefix = "" }: Wanted,
): (event: LockEventBody) => boolean {
  return (event) =>
    (name === undefined || event.name === name) &&
    event.name.startsWith(prefix) &&
    mayName(principal, event.name);
}
