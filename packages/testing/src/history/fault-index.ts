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
  readonly #any: ReadonlyMap<string, Intervals>;

  constructor(faults: readonly Fault[]) {
    const exclusion = faults.filter(({ breaks }) => breaks === "exclusion");
    this.exclusion = intervals(exclusion);
    this.order = intervals(faults.filter(({ breaks }) => breaks === "exclusion" || breaks === "order"));
    this.#anyOfServer = intervals(faults.filter(({ client }) => client === undefined));
    this.#down = byClient(faults.filter(({ breaks }) => breaks === "client"));
    this.#clockStopped = byClient(faults.filter(({ clockStopped }) => clockStopped));
    this.#any = byClient(faults);
  }

  /** When a client was dead or frozen. */
  down(client: string): Intervals {
    return this.#down.get(client) ?? NONE;
  }

  /** When the monotonic clock of a client stood still. */
  clockStopped(client: string): Intervals {
    return this.#clockStopped.get(client) ?? NONE;
  }

  /** Whether anything at all happened to the client, or to the server. */
  touched(client: string, from: number, to: number): boolean {
    return this.#anyOfServer.overlap(from, to) || (this.#any.get(client)?.overlap(from, to) ?? false);
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
