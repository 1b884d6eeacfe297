import type { Fault } from "./events.ts";
import { Intervals } from "./intervals.ts";

const NONE = new Intervals([]);

/** What was broken when, in the ways in which checks ask for it. */
export class FaultIndex {
  /** The server lost leases or its clock jumped. */
  readonly exclusion: Intervals;
  /** The server lost places in queues, or more than that. */
  readonly order: Intervals;
  /** Whatever hit the server, for those who see it from outside only. */
  readonly #anyOfServer: Intervals;
  readonly #down: ReadonlyMap<string, Intervals>;
  readonly #clockStopped: ReadonlyMap<string, Intervals>;
  readonly #deaf: ReadonlyMap<string, Intervals>;
  readonly #any: ReadonlyMap<string, Intervals>;
  /** Of what the client or the server felt: for as long as the options say, or as the fault itself says. */
  readonly #feltAsUsual: Hits;
  readonly #feltForItself: Hits;

  constructor(faults: readonly Fault[]) {
    const exclusion = faults.filter(({ breaks }) => breaks === "exclusion");
    this.exclusion = intervals(exclusion);
    this.order = intervals(faults.filter(({ breaks }) => breaks === "exclusion" || breaks === "order"));
    this.#anyOfServer = intervals(faults.filter(({ client }) => client === undefined));
    this.#down = byClient(faults.filter(({ breaks }) => breaks === "client"));
    this.#clockStopped = byClient(faults.filter(({ clockStopped }) => clockStopped));
    this.#deaf = byClient(faults.filter(({ breaks }) => breaks === "listening"));
    const touching = faults.filter(({ breaks, client }) => client === undefined || breaks !== "listening");
    this.#any = byClient(touching);
    this.#feltAsUsual = hits(touching.filter(({ feltMs }) => feltMs === undefined));
    const ownTime = touching.filter(({ feltMs }) => feltMs !== undefined);
    this.#feltForItself = hits(
      ownTime.map((fault) => ({ ...fault, until: (fault.until ?? fault.at) + (fault.feltMs ?? 0) })),
    );
  }

  /** When a client was dead or frozen. */
  down(client: string): Intervals {
    return this.#down.get(client) ?? NONE;
  }

  /** When the monotonic clock of a client stood still. */
  clockStopped(client: string): Intervals {
    return this.#clockStopped.get(client) ?? NONE;
  }

  /** When a client may have heard nothing of what was published. */
  deaf(client: string): Intervals {
    return this.#deaf.get(client) ?? NONE;
  }

  /** Whether anything else than being deaf happened to the client, or anything at all to the server. */
  touched(client: string, from: number, to: number): boolean {
    return this.#anyOfServer.overlap(from, to) || (this.#any.get(client)?.overlap(from, to) ?? false);
  }

  /** Whether something that touches the client or the server may be felt from `from` to `to`. */
  felt(client: string, from: number, to: number, aftermathMs: number): boolean {
    return (
      hit(this.#feltAsUsual, client, from - aftermathMs, to) || hit(this.#feltForItself, client, from, to)
    );
  }

  /** From when on nothing happens to the client or the server for so long. */
  calmFrom(client: string, from: number, lengthMs: number): number {
    let calm = from;
    for (;;) {
      const faults = [this.#anyOfServer, this.#any.get(client) ?? NONE];
      const hit = faults.find((one) => one.overlap(calm, calm + lengthMs));
      const at = hit?.firstIn(calm, calm + lengthMs);
      if (!hit || at === undefined || at === Number.POSITIVE_INFINITY) return calm;
      // Right after it, since the end of a fault belongs to it.
      calm = Math.max(hit.endAround(at), at) + 1e-6;
      if (calm === Number.POSITIVE_INFINITY) return calm;
    }
  }
}

interface Hits {
  readonly server: Intervals;
  readonly clients: ReadonlyMap<string, Intervals>;
}

function hits(faults: readonly Fault[]): Hits {
  return {
    server: intervals(faults.filter(({ client }) => client === undefined)),
    clients: byClient(faults),
  };
}

function hit({ server, clients }: Hits, client: string, from: number, to: number): boolean {
  return server.overlap(from, to) || (clients.get(client)?.overlap(from, to) ?? false);
}

function intervals(faults: readonly Fault[]): Intervals {
  return new Intervals(faults.map(({ at, until = at }) => ({ at, until })));
}

function byClient(faults: readonly Fault[]): ReadonlyMap<string, Intervals> {
  const groups = new Map<string, Fault[]>();
  for (const fault of faults) {
    if (fault.client === undefined) continue;
    const group = groups.get(fault.client);
    if (group) group.push(fault);
    else groups.set(fault.client, [fault]);
  }
  return new Map([...groups].map(([client, group]) => [client, intervals(group)]));
}
