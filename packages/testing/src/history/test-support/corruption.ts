import type { Granted, HistoryEvent, Invoked, Operation, ServerState } from "../events.ts";
import { WAIT_MS } from "./model-server.ts";

/** Something that a lock must not do. */
export interface Corruption {
  readonly name: string;
  /** The check that has to find it. */
  readonly check: string;
  /** The ways to put it into a history of the model lock; none if there is no place for it. */
  readonly corrupt: (history: readonly HistoryEvent[]) => (() => HistoryEvent[])[];
}

type Of<T extends HistoryEvent["type"]> = HistoryEvent & { type: T };

export interface Place<T extends HistoryEvent["type"]> {
  readonly event: Of<T>;
  readonly i: number;
}

export function all<T extends HistoryEvent["type"]>(history: readonly HistoryEvent[], type: T): Place<T>[] {
  return history.flatMap((event, i) => (event.type === type ? [{ event: event as Of<T>, i }] : []));
}

export function replaced(
  history: readonly HistoryEvent[],
  i: number,
  ...events: HistoryEvent[]
): HistoryEvent[] {
  return [...history.slice(0, i), ...events, ...history.slice(i + 1)];
}

export function invocation(history: readonly HistoryEvent[], op: Operation): Invoked {
  return all(history, "invoked").find(({ event }) => event.op === op)?.event as Invoked;
}

/** Whether the holder gets another term, or lets go. */
export function ends(event: HistoryEvent, { op }: Granted): boolean {
  return (event.type === "extended" || event.type === "releasing") && event.op === op;
}

/** Each pair of states of one name that follow each other. */
export function steps(
  history: readonly HistoryEvent[],
): { before: ServerState; now: ServerState; i: number }[] {
  const last = new Map<string, ServerState>();
  return all(history, "server").flatMap(({ event, i }) => {
    const before = last.get(event.name);
    last.set(event.name, event);
    return before ? [{ before, now: event, i }] : [];
  });
}

/** Nobody holds what is waited for. */
export function waitingState({ names, capacity, op }: Invoked, at: number): ServerState {
  return { type: "server", at, name: names[0] ?? "", capacity, holders: [], queue: [{ op }] };
}

function endedAt(history: readonly HistoryEvent[], op: Operation): number {
  const ended = [...all(history, "failed"), ...all(history, "unknown")].find(({ event }) => event.op === op);
  return ended?.event.at ?? Number.POSITIVE_INFINITY;
}

/** Whether an operation waits then, and will for some time. */
export function waitsOn(history: readonly HistoryEvent[], op: Operation, at: number): boolean {
  return at < invocation(history, op).at + WAIT_MS - 50 && endedAt(history, op) > at + 10;
}
