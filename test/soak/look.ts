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
  const [told, gatewayFigures, workerHeapUsed, engine] = await Promise.all([
    Promise.all([...clients].map(async ([name, host]) => [name, await host.call("figures")] as const)),
    gateway.call("figures"),
    inspector === undefined ? undefined : workerHeap(inspector),
    gateway.call("engine"),
  ]);
  const own: Record<string, Partial<ProcessFigures>> = { gateway: gatewayFigures };
  if (workerHeapUsed !== undefined) own.workerd = { heapUsed: workerHeapUsed };
  for (const [name, { heapUsed, external, resources, timers, inFlight }] of told)
    own[name] = { heapUsed, external, resources, timers, inFlight };
  const processes = system.map(([name, figures]) => {
    if (!figures) throw new Error(`${name} has ended, or was started anew`);
    return [name, { ...figures, ...own[name] }] as const;
  });
  const figures = told.map(([, own]) => own);
  const sample: Sample = {
    minutes,
    processes: Object.fromEntries(processes),
    engine,
    cycles: sum(...figures.map(({ done }) => done)),
    errors: sum(...figures.map(({ errors }) => errors)),
    events: sum(...figures.map(({ events }) => events)),
    visits: exclusion.checked,
    violations: exclusion.violations,
    loadAverage: loadavg()[0] ?? 0,
  };
  return { sample, clients: figures };
}
