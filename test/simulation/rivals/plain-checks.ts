import type { HistoryEvent, Operation, ServerState, Violation } from "@holdfast/testing/history";

type Of<Type extends HistoryEvent["type"]> = Extract<HistoryEvent, { type: Type }>;

/** Longer than it takes to give back what nobody asked for. */
const LONG_MS = 1000;
/** Nobody is passed over by those who asked so much later. */
const LATER_MS = 1000;
/** Who gives itself less than some round trips to take its turn may miss it. */
const SHORT_CLAIM_MS = 500;
/** Longer than a caller was to wait, by so much that no count of attempts explains it. */
const HUNG_MS = 60_000;

/** What {@link plainChecks} looks for, beside the checks of every history. */
export const PLAIN_CHECKS = ["orphans", "order", "hangs", "no fences"] as const;

/**
 * What users of a lock would like to know, whether or not it has a queue, fences, or limits of its own. Asked of ours
 * as well.
 */
export function plainChecks(history: readonly HistoryEvent[]): Violation[] {
  return [...orphans(history), ...order(history), ...hangs(history), ...fences(history)];
}

/**
 * A name is not locked for long on behalf of a call that ended without it, or of a lease that was given back, unless the
 * server forgot that, or the client stood still and could do nothing about it.
 */
function orphans(history: readonly HistoryEvent[]): Violation[] {
  const calls = new Map<Operation, Of<"invoked">>();
  const ends = new Map<Operation, Of<"failed" | "unknown" | "released">>();
  const excuses: Of<"fault">[] = [];
  for (const event of history)
    if (event.type === "invoked") calls.set(event.op, event);
    else if (event.type === "failed" || event.type === "unknown") ends.set(event.op, event);
    else if (event.type === "released" && event.outcome === "released") ends.set(event.op, event);
    else if (event.type === "fault" && event.breaks !== "nothing") excuses.push(event);

  const found: Violation[] = [];
  for (const states of statesByName(history).values())
    states.forEach(({ at, name, holders }, i) => {
      for (const { op, until } of holders) {
        const [call, end] = [calls.get(op), ends.get(op)];
        const from = Math.max(at, end?.at ?? at);
        const to = Math.min(until, states[i + 1]?.at ?? until);
        if (!call || !end || to - from < LONG_MS) continue;
        const excused = excuses.some(
          (fault) =>
            (fault.client === undefined || fault.client === call.client) &&
            fault.at <= to &&
            (fault.until ?? fault.at) >= call.at,
        );
        if (excused) continue;
        const text = `op ${op} ended as ${end.type} at ${end.at.toFixed(1)}, and ${name} was locked for it for ${(to - from).toFixed(0)} ms from ${from.toFixed(1)}`;
        found.push({ promise: "orphans", at: from, ops: [op], text });
      }
    });
  return found;
}

/** Who asks first is served first: looked at in runs without faults only, which would delay one and not the other. */
function order(history: readonly HistoryEvent[]): Violation[] {
  if (history.some(({ type }) => type === "fault")) return [];
  const waiting = new Map<Operation, Of<"invoked">>();
  const granted = new Set(history.flatMap((event) => (event.type === "granted" ? [event.op] : [])));
  const found: Violation[] = [];
  for (const event of history) {
    if (event.type === "invoked" && event.waits && event.fair) waiting.set(event.op, event);
    if (event.type !== "granted" && event.type !== "failed" && event.type !== "unknown") continue;
    const served = waiting.get(event.op);
    waiting.delete(event.op);
    if (event.type !== "granted" || !served) continue;
    const [first] = [...waiting.values()].filter(
      ({ op, at, names, claimMs = SHORT_CLAIM_MS }) =>
        claimMs >= SHORT_CLAIM_MS &&
        granted.has(op) &&
        at + LATER_MS < served.at &&
        names.some((name) => served.names.includes(name)),
    );
    if (first) {
      const text = `op ${event.op} was granted ${first.names} before op ${first.op}, which had asked ${Math.round(served.at - first.at)} ms earlier`;
      found.push({ promise: "order", at: event.at, ops: [event.op, first.op], text });
    }
  }
  return found;
}

/** A call ends when its wait is over, whatever becomes of a request. */
function hangs(history: readonly HistoryEvent[]): Violation[] {
  const stoodStill = new Set(
    history.flatMap((event) => (event.type === "fault" && event.breaks === "client" ? [event.client] : [])),
  );
  const waiting = new Map<Operation, Of<"invoked"> & { by: number }>();
  const found: Violation[] = [];
  for (const event of history) {
    if (event.type === "invoked" && !stoodStill.has(event.client)) {
      const waitMs = event.waits === false ? 0 : (event.waitMs ?? Number.POSITIVE_INFINITY);
      waiting.set(event.op, { ...event, by: event.at + waitMs + HUNG_MS });
    }
    if (event.type !== "granted" && event.type !== "failed" && event.type !== "unknown") continue;
    const call = waiting.get(event.op);
    if (!call || event.at <= call.by) continue;
    const text = `op ${event.op} was to wait ${call.waits === false ? 0 : call.waitMs} ms, and its call took ${(event.at - call.at).toFixed(0)} ms`;
    found.push({ promise: "hangs", at: event.at, ops: [event.op], text });
  }
  return found;
}

/** Told once in a history. */
function fences(history: readonly HistoryEvent[]): Violation[] {
  const leases = history.filter((event) => event.type === "granted");
  const [without] = leases.filter((event) => event.fences.length === 0);
  if (!without) return [];
  const text = `a lease without a fence, as ${leases.length} here: a resource cannot tell a late write from a current one`;
  return [{ promise: "no fences", at: without.at, ops: [without.op], text }];
}

function statesByName(history: readonly HistoryEvent[]): Map<string, ServerState[]> {
  const names = new Map<string, ServerState[]>();
  for (const event of history) {
    if (event.type !== "server") continue;
    const states = names.get(event.name);
    if (states) states.push(event);
    else names.set(event.name, [event]);
  }
  return names;
}
