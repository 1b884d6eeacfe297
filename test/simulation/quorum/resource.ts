import type { HistoryEvent } from "@holdfast/testing/history";
import type { Machine, Random, VirtualTime } from "@holdfast/testing/simulation";
import type { Held } from "../primitives.ts";
import type { ClientRecorder } from "../recorder.ts";

/** What the locks protect: it takes a write whose fence is not smaller than any that it has seen. */
export interface Resource {
  /** The holders of this client write during their sections, through a network that delays what they send. */
  writtenBy(machine: Machine, record: ClientRecorder, random: Random): ClientRecorder;
}

const LONGEST_DELAY_MS = 5000;
const MOST_WRITES = 3;

export function createResource(
  time: VirtualTime,
  holdMs: number,
  write: (event: HistoryEvent) => void,
): Resource {
  const seen = new Map<string, number>();

  function arrive(op: string, name: string, fence: number): void {
    const accepted = fence >= (seen.get(name) ?? 0);
    if (accepted) seen.set(name, fence);
    write({ type: "effect", at: time.nowMs, op, name, fence, accepted });
  }

  return {
    writtenBy({ clock }, record, random) {
      const inside = new Set<string>();
      const send = (op: string, names: readonly string[], fences: readonly number[]) => {
        const delays = names.map(() => random.magnitude(1, LONGEST_DELAY_MS));
        // Who looks at the lease before it writes may stand still in between: nobody looks here.
        if (!inside.has(op)) return;
        for (const [i, name] of names.entries())
          time.at(time.nowMs + (delays[i] ?? 0), () => arrive(op, name, fences[i] ?? Number.NaN));
      };
      return {
        ...record,
        granted(op, lease) {
          record.granted(op, lease);
          inside.add(op);
          const { names, fences } = claimsOf(lease);
          send(op, names, fences);
          for (let i = 1; i < MOST_WRITES; i++)
            clock.setTimeout(() => send(op, names, fences), holdMs * random.magnitude(0.1, 5));
        },
        releasing(op) {
          inside.delete(op);
          record.releasing(op);
        },
      };
    },
  };
}

function claimsOf(lease: Held): { names: readonly string[]; fences: readonly number[] } {
  const { names = [lease.name], fences = [lease.fence] } = lease.toJSON?.() ?? {};
  return { names, fences };
}
