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

  constructor(faults: readonly Fault[]) {
    const exclusion = faults.filter(({ breaks }) => breaks === "exclusion");
    this.exclusion = intervals(exclusion);
    this.order = intervals(faults.filter(({ breaks }) => breaks === "exclusion" || breaks === "order"));
    this.#anyOfServer = intervals(faults.filter(({ client }) => client === undefined));
    this.#down = byClient(faults.filter(({ breaks }) => breaks === "client"));
    this.#clockStopped = byClient(faults.filter(({ clockStopped }) => clockStopped));
    this.#deaf = byClient(faults.filter(({ breaks }) => breaks === "listening"));
    this.#any = byClient(faults.filter(({ breaks }) => breaks !== "listening"));
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
