import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, FaultControl } from "@holdfast/gateway";

/** The faults of a network and a server that work on the whole: what clients have to live with all day. */
const FAULTS: readonly (() => Fault)[] = [
  () => ({ action: "cut-stream", times: upTo(20) }),
  () => ({ action: "cut-stream", times: upTo(20) }),
  () => ({ action: "drop-reply", times: upTo(3) }),
  () => ({ action: "drop-reply", times: upTo(3) }),
  () => ({ action: "drop-request", times: upTo(3) }),
  () => ({ action: "status", status: 503, times: upTo(5) }),
  () => ({ action: "status", status: 429, times: upTo(5), headers: { "retry-after": "1" } }),
  () => ({ action: "duplicate", times: upTo(5) }),
  () => ({ action: "delay-request", delayMs: upTo(400), times: upTo(10) }),
  () => ({ action: "delay-reply", delayMs: upTo(400), times: upTo(10) }),
  () => ({ action: "flush-scripts" }),
  () => ({ action: "hang", afterExecuting: Math.random() < 0.5 }),
];

/** Injects one after the other, `everyMs` apart on average, until the signal. */
export async function disturb(faults: FaultControl, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs * 2 * Math.random(), undefined, { signal }).catch(() => {});
    const fault = FAULTS[upTo(FAULTS.length) - 1];
    if (fault && !signal.aborted) faults.inject(fault());
  }
  faults.clear();
}

function upTo(most: number): number {
  return 1 + Math.floor(Math.random() * most);
}
