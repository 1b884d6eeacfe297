import { setImmediate as turn } from "node:timers/promises";

/** What a process can tell about itself. Bytes. */
export interface OwnFigures {
  /** After a full collection. */
  readonly heapUsed: number;
  /** Outside the heap: buffers and what else native code keeps for JavaScript. */
  readonly external: number;
  /** What keeps the process alive, by kind: sockets, pipes, timers. */
  readonly resources: Record<string, number>;
}

export async function ownFigures(): Promise<OwnFigures> {
  // Twice: what is held by a finalizer is let go of only after the first.
  globalThis.gc?.();
  await turn();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsed, external, resources: resources() };
}

export function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  // The turn in which this is asked.
  delete counts.Immediate;
  return counts;
}
