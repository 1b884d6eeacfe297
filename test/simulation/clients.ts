import type { Simulation } from "@holdfast/testing/simulation";
import type { PrimitiveName } from "./primitives.ts";
import type { Recorder } from "./recorder.ts";
import type { Subject } from "./subject.ts";
import { type Habits, work } from "./worker.ts";

/** Clients at work. */
export interface Clients {
  /** Callers that have not come to their end, the dead apart. */
  running(): number;
}

/** The most clients, and callers of each, that a run has. */
export interface Crowd {
  readonly clients: number;
  readonly callers: number;
}

/** `unexpected` collects what callers met that no fault explains. */
export function startClients(
  subject: Subject,
  simulation: Simulation,
  primitive: PrimitiveName,
  habits: Habits,
  recorder: Recorder,
  done: () => boolean,
  unexpected: unknown[],
  most: Crowd = { clients: 6, callers: 3 },
): Clients {
  const random = simulation.random("clients");
  const alive: { machine: { state: string }; callers: Set<string> }[] = [];
  for (const name of "defghijk".slice(0, random.whole(2, most.clients))) {
    const client = simulation.addClient(name);
    const record = recorder.client(name, client.machine);
    const choose = subject.connect({ client, primitive, random, record });
    const callers = new Set<string>();
    alive.push({ machine: client.machine, callers });
    for (let caller = 1; caller <= random.whole(1, most.callers); caller++) {
      const id = `${name}.${caller}`;
      callers.add(id);
      work({
        client,
        choose,
        habits,
        random: simulation.random(id),
        record,
        done,
      })
        .catch((error) => unexpected.push(error))
        .finally(() => callers.delete(id));
    }
  }
  return {
    running: () =>
      alive.reduce((sum, { machine, callers }) => sum + (machine.state === "dead" ? 0 : callers.size), 0),
  };
}
