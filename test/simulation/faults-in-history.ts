import type { HistoryEvent } from "@holdfast/testing/history";
import type { FaultKind, InjectedFault } from "@holdfast/testing/simulation";

type Breaks = Extract<HistoryEvent, { type: "fault" }>["breaks"];

const BREAKS: Partial<Record<FaultKind, Breaks>> = {
  freeze: "client",
  suspend: "client",
  kill: "client",
  "lose-data": "exclusion",
  failover: "exclusion",
  "step-server-clock": "exclusion",
  "stall-stream": "listening",
};

/** A machine whose timers stood still learns of its losses when it looks at its wall clock next. */
const LOOKS_EVERY_MS = 1020;

/** Nobody notices a stream that carries nothing. */
const LASTS: Partial<Record<FaultKind, number>> = { "stall-stream": Number.POSITIVE_INFINITY };

/** A stream that broke is noticed at once: who waits looks, and opens another or goes on looking. */
const FELT_MS: Partial<Record<FaultKind, number>> = { "cut-stream": 1000 };

/** What a lock cannot be asked for because of a fault. All the rest it has to stand. */
export function asHistory({ id, kind, atMs, untilMs, client }: InjectedFault): HistoryEvent {
  const over =
    kind === "suspend" && untilMs !== undefined ? untilMs + LOOKS_EVERY_MS : (LASTS[kind] ?? untilMs);
  return {
    type: "fault",
    at: atMs,
    ...(over !== undefined && { until: over }),
    what: id,
    breaks: BREAKS[kind] ?? "nothing",
    ...(client !== undefined && { client }),
    ...(kind === "suspend" && { clockStopped: true }),
    ...(FELT_MS[kind] !== undefined && { feltMs: FELT_MS[kind] }),
  };
}
