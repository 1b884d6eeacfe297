import { loadavg } from "node:os";
import type { Cast } from "./cast.ts";
import type { ClientsFigures } from "./clients-host.ts";
import type { Exclusion } from "./exclusion.ts";
import { systemFigures } from "./process-table.ts";
import { type ProcessFigures, type Sample, sum } from "./sample.ts";
import { workerHeap } from "./worker-heap.ts";

/** Looks at everything at once. `clients` has what only the clients can tell, for the verdict at the end. */
export async function look(
  { clients, gateway, inspector, pids }: Cast,
  exclusion: Exclusion,
  minutes: number,
): Promise<{ sample: Sample; clients: ClientsFigures[] }> {
  // Resident memory first: the collection that the figures begin with would move it.
  const system = Object.entries(pids).map(([name, own]) => [name, systemFigures(own)] as const);
  const own = new Map<string, Partial<ProcessFigures>>();
  const told: ClientsFigures[] = [];
  for (const [name, host] of clients) {
    const figures = await host.call("figures");
    const { heapUsed, external, resources, timers, inFlight } = figures;
    own.set(name, { heapUsed, external, resources, timers, inFlight });
    told.push(figures);
  }
  own.set("gateway", await gateway.call("figures"));
  const heapUsed = inspector && (await workerHeap(inspector));
  if (heapUsed) own.set("workerd", { heapUsed });
  const processes = system.map(([name, figures]) => {
    if (!figures) throw new Error(`${name} has ended, or was started anew`);
    return [name, { ...figures, ...own.get(name) }] as const;
  });
  const sample: Sample = {
    minutes,
    processes: Object.fromEntries(processes),
    engine: await gateway.call("engine"),
    cycles: sum(...told.map(({ done }) => done)),
    errors: sum(...told.map(({ errors }) => errors)),
    events: sum(...told.map(({ events }) => events)),
    visits: exclusion.checked,
    violations: exclusion.violations,
    loadAverage: loadavg()[0] ?? 0,
  };
  return { sample, clients: told };
}
