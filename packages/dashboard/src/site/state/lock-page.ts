import type { LockPageBody, LockRow } from "@holdfast/protocol";
import type { Api } from "../api/client.ts";
import { heardTime } from "./clock.ts";

const ROWS = 50;
/** A look for names that hold a text reads this many pages of names at most, then asks whether to go on. */
const MOST_PAGES = 10;
const MOST_EMPTY_PAGES = 10;

export interface Filter {
  /** The service filters by it. */
  readonly prefix: string;
  /** This page does, among the names that it is given. */
  readonly contains: string;
}

export interface LockPage {
  readonly rows: readonly LockRow[];
  /** Of the next page; missing after the last. */
  readonly cursor: string | undefined;
  /** How many names were read for it. */
  readonly read: number;
  readonly at: number;
}

/** One page of the table, in as few requests as it takes: the service may answer with a page that is empty and not the last. */
export async function loadPage(
  api: Api,
  { prefix, contains }: Filter,
  from: string | undefined,
  signal: AbortSignal,
): Promise<LockPage> {
  const wanted = contains.toLowerCase();
  const rows = new Map<string, LockRow>();
  let cursor = from;
  let read = 0;
  let at = 0;
  const most = contains === "" ? MOST_EMPTY_PAGES : MOST_PAGES;
  for (let page = 0; page < most; page++) {
    const askedAt = Date.now();
    const limit = contains === "" ? ROWS : 100;
    const answer = await api.get<LockPageBody>("/v1/locks", { prefix, cursor, limit }, signal);
    heardTime(answer.asOf, askedAt, Date.now());
    read += answer.locks.length;
    at = answer.asOf;
    cursor = answer.cursor;
    for (const row of answer.locks) if (row.name.toLowerCase().includes(wanted)) rows.set(row.name, row);
    if (cursor === undefined || rows.size >= ROWS || (contains === "" && rows.size > 0)) break;
  }
  return { rows: [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), cursor, read, at };
}
