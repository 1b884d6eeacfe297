import type { Fault, HistoryEvent, Operation, ServerState } from "./events.ts";
import { nameWords, timeWords } from "./words.ts";

/** Which part of a history to show. */
export interface FormatOptions {
  /** Operations to show, and what happened to everybody. Default: all. */
  readonly ops?: Iterable<Operation>;
  /** From when, by the history's clock. Default: from the beginning. */
  readonly from?: number;
  /** Until when. Default: to the end. */
  readonly to?: number;
}

/**
 * A history as a timeline for people, one line for each event: time, client, operation, and what happened. Of the
 * server's states those are shown in which something changed for the operations that were asked for.
 */
export function formatHistory(events: readonly HistoryEvent[], options: FormatOptions = {}): string {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = options;
  const ops = options.ops && new Set(options.ops);
  const clients = new Map<Operation, string>();
  const shown = new Map<string, string>();
  const rows: string[][] = [];

  for (const event of events) {
    if (event.type === "invoked") clients.set(event.op, event.client);
    if (event.type === "server" && ops) {
      const part = partOf(event, ops);
      const changed = shown.get(event.name) !== part;
      shown.set(event.name, part);
      if (!changed || part === "" || event.at < from || event.at > to) continue;
    } else if (event.at < from || event.at > to || ("op" in event && ops && !ops.has(event.op))) continue;
    const op = "op" in event ? event.op : "";
    const client = event.type === "fault" ? (event.client ?? "server") : (clients.get(op) ?? event.type);
    rows.push([event.at.toFixed(3), client, op, words(event)]);
  }

  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  const widths = [width(0), width(1), width(2)] as const;
  return rows
    .map(([at = "", client = "", op = "", what = ""]) =>
      `${at.padStart(widths[0])}  ${client.padEnd(widths[1])}  ${op.padEnd(widths[2])}  ${what}`.trimEnd(),
    )
    .join("\n");
}

function words(event: HistoryEvent): string {
  switch (event.type) {
    case "invoked": {
      const { names, weight, capacity, waits = true, fair = true } = event;
      const part = capacity === 1 ? "" : ` ${weight} of ${capacity}`;
      return `asks for ${names.map(nameWords).join(", ")}${part}${waits ? "" : ", without waiting"}${fair ? "" : ", past the queue"}`;
    }
    case "queued":
      return "has a place in the queue";
    case "granted":
      return `granted until ${timeWords(event.until)}${event.fences.map((fence) => ` #${fence}`).join("")}`;
    case "extending":
      return `asks for ${event.ttlMs} more`;
    case "extended":
      return `extended until ${timeWords(event.until)}`;
    case "converting":
      return `asks for a weight of ${event.weight} instead`;
    case "converted":
      return `converted${event.fences.map((fence) => ` #${fence}`).join("")}`;
    case "refused":
      return "refused: it goes on as it is";
    case "released":
      return `release answered: ${event.outcome}`;
    case "withdrawn":
      return `withdrawn from ${nameWords(event.name)} on the server`;
    case "effect": {
      const fence = event.fence === undefined ? "" : ` with #${event.fence}`;
      return `writes to ${nameWords(event.name)}${fence}: ${event.accepted ? "taken" : "refused"}`;
    }
    case "server":
      return stateWords(event);
    case "fault":
      return faultWords(event);
    case "quiet":
      return "no more faults";
    case "end":
      return `the end, ${event.keys} keys left`;
    default:
      return event.type;
  }
}

function stateWords({ name, holders, queue, at }: ServerState): string {
  const held = holders.map(({ op, fence, until }) => {
    const end = until > at ? `until ${timeWords(until)}` : "run out";
    return `${op}${fence === undefined ? "" : ` #${fence}`} ${end}`;
  });
  const waits = queue.length > 0 ? `; queue: ${queue.map(({ op }) => op).join(", ")}` : "";
  return `${nameWords(name)} ${held.length > 0 ? held.join(", ") : "is free"}${waits}`;
}

function faultWords({ at, until, what, breaks }: Fault): string {
  const lasts = until === undefined || until === at ? "" : ` until ${timeWords(until)}`;
  return `!! ${what}${lasts}${breaks === "nothing" ? "" : ` (breaks ${breaks})`}`;
}

/** What a state says of these operations. */
function partOf({ holders, queue }: ServerState, ops: ReadonlySet<Operation>): string {
  const held = holders.filter(({ op }) => ops.has(op)).map(({ op, until }) => `${op} ${until}`);
  const waits = queue.flatMap(({ op }, place) => (ops.has(op) ? [`${op} ${place}`] : []));
  return [...held, ...waits].join();
}
