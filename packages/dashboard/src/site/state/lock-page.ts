import type { LockPageBody, LockRow } from "@holdfast/protocol";
import type { Api } from "../api/client.ts";
import { heardTime } from "./clock.ts";

const ROWS = 50;
/** With fewer rows than this the next names are read as well, */
const FEWEST = 25;
/** but not for ever: the database may be full of other things, and each request is billed. */
const MOST_REQUESTS = 5;
const MOST_REQUESTS_TO_SEARCH = 10;

export interface Filter {
  /** The service filters by it. */
  readonly prefix: string;
  /** This page does, among the names that it is given. */
  readonly contains: string;
}

export interface LockPage {
  /** Those that are held or waited for; what was until a moment ago is left out. */
  readonly rows: readonly LockRow[];
  /** Of the next page; missing after the last. */
  readonly cursor: string | undefined;
  /** How many locks were looked at for it. */
  readonly read: number;
}

/** One page of the table, in as few requests as it takes: the service may answer with a page that is empty and not the last. */
export async function loadPage(
  api: Api,
  { prefix, contains }: Filter,
  from: string | undefined,
  signal: AbortSignal,
): Promise<LockPage> {
  const wanted = contains.toLowerCase();
  const [enough, most] = contains === "" ? [FEWEST, MOST_REQUESTS] : [ROWS, MOST_REQUESTS_TO_SEARCH];
  const rows = new Map<string, LockRow>();
  let cursor = from;
  let read = 0;
  for (let request = 0; request < most; request++) {
    const askedAt = Date.now();
    const limit = request === 0 && contains === "" ? ROWS : 2 * ROWS;
    const answer = await api.get<LockPageBody>("/v1/locks", { prefix, cursor, limit }, signal);
    heardTime(answer.asOf, askedAt, Date.now());
    const used = answer.locks.filter(({ holders, waiting }) => holders > 0 || waiting > 0);
    for (const row of used) if (row.name.toLowerCase().includes(wanted)) rows.set(row.name, row);
    read += used.length;
    cursor = answer.cursor;
    if (cursor === undefined || rows.size >= enough) break;
  }
  return { rows: [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), cursor, read };
}
