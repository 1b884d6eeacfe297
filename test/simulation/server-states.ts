import type { HistoryEvent, ServerHolder, ServerWaiter } from "@holdfast/testing/history";
import type { ServerReply, Simulation } from "@holdfast/testing/simulation";

/** How the scripts keep a name: see `record.lua` and `holders.lua` in `packages/core`. */
const RECORD =
  /^(\S+) (\d+) (\d+) (\d+) (\d+) (\d+) (\S+) (\S+) (\d+) (\S+) (?:\S+ ){2}\d+ (\d+) \d+ (\d+) (\d+) (.+)$/;

/** Writes down what the server holds of each name, whenever it changed, and what it undid. */
export function watchServer(
  { server, time, onFault }: Simulation,
  namespace: string,
  write: (event: HistoryEvent) => void,
): void {
  const last = new Map<string, string>();
  const prefix = `${namespace}:{`;

  /** Commands that show all of a name: its record, who waits behind the front, and its holders unless it is a mutex. */
  function partsOf(key: string): string[][] {
    const parts = [
      ["GET", key],
      ["ZRANGE", `${key}:queue`, "0", "-1"],
    ];
    return last.get(key)?.startsWith("mutex ") ? parts : [...parts, ["HGETALL", `${key}:holders`]];
  }

  /** `parts`: the replies to `partsOf(key)`. */
  function look(key: string, parts: readonly ServerReply[]): void {
    const record = text(parts[0]);
    const queue = parts[1] as string[];
    const holders = (parts[2] ?? []) as string[];
    const seen = `${record}\n${holders}\n${queue}`;
    if (last.get(key) === seen) return;
    last.set(key, seen);
    const toTrue = time.nowMs - server.wallMs();
    write({
      type: "server",
      at: time.nowMs,
      name: key.slice(prefix.length, -1),
      ...decode(record, holders, queue, toTrue),
    });
  }

  /** The records that a script is given, among its other keys. */
  const recordsOf = ([, , count = "0", ...rest]: readonly string[]) =>
    rest.slice(0, Number(count)).filter((key) => key.startsWith(prefix) && key.endsWith("}"));

  server.onCommand(
    (args, reply, seen) => {
      const records = recordsOf(args);
      let from = 0;
      for (const key of records) {
        const parts = seen.slice(from, from + partsOf(key).length);
        from += parts.length;
        look(key, parts);
      }
      const withdrawn = withdrawnBy(args.slice(3 + Number(args[2] ?? 0)));
      if (!withdrawn || reply instanceof Error) return;
      for (const key of records)
        write({ type: "withdrawn", at: time.nowMs, name: key.slice(prefix.length, -1), ...withdrawn });
    },
    (args) => recordsOf(args).flatMap(partsOf),
  );
  onFault(({ kind }) => {
    // The fault is on record before it strikes.
    if (kind === "lose-data" || kind === "failover")
      time.at(time.nowMs, () => {
        for (const key of last.keys())
          look(
            key,
            partsOf(key).map((command) => server.command(...command)),
          );
      });
  });
}

/** Who holds a mutex, by its record; the expiry is by the server's clock. */
export function holderOf(record: string): { readonly op: string; readonly expiry: number } | undefined {
  const [, , , , , , expiry, , attempt, , metadata] = RECORD.exec(record) ?? [];
  if (attempt === undefined) throw new Error(`a record that is not understood: ${record}`);
  return attempt === "-" ? undefined : { op: operation(metadata), expiry: Number(expiry) };
}

function decode(
  record: string | undefined,
  holders: readonly string[],
  queue: readonly string[],
  toTrue: number,
) {
  const [, kind, capacity, , fence, , expiry, , attempt, , metadata, closed, , , head] =
    RECORD.exec(record ?? "") ?? [];
  if (record !== undefined && head === undefined)
    throw new Error(`a record that is not understood: ${record}`);
  const held: ServerHolder[] = [];
  if (kind === "mutex" && attempt !== undefined && attempt !== "-")
    held.push({
      op: operation(metadata),
      attempt,
      fence: Number(fence),
      weight: 1,
      until: Number(expiry) + toTrue,
    });
  for (let i = 0; i < holders.length; i += 2) {
    const [until, itsFence, , weight, , , json] = (holders[i + 1] ?? "").split(" ");
    held.push({
      op: operation(json),
      attempt: holders[i] ?? "",
      fence: Number(itsFence),
      weight: Number(weight),
      until: Number(until) + toTrue,
    });
  }
  const asks = [...(head && head !== "-" ? [head.slice(head.indexOf(" ") + 1)] : []), ...queue];
  return {
    capacity: Number(capacity ?? 0),
    holders: held,
    queue: asks.map(waiter),
    ...(Number(closed) > 0 && { closedUntil: Number(closed) + toTrue }),
  };
}

/** `attempt owner ttl weight mode delay claim place channel nonce metadata` */
function waiter(ask: string): ServerWaiter {
  const parts = ask.split(" ");
  return { op: operation(parts[10]), attempt: parts[0] ?? "" };
}

/** `take-back.lua` alone has three arguments the last of which is an ask. */
function withdrawnBy(args: readonly string[]): ServerWaiter | undefined {
  const ask = args[2];
  return args.length === 3 && ask?.includes(" ") ? waiter(ask) : undefined;
}

function operation(metadata: string | undefined): string {
  return metadata === undefined || metadata === "-" ? "?" : String(JSON.parse(metadata));
}

function text(reply: unknown): string | undefined {
  return typeof reply === "string" ? reply : undefined;
}
