import type {
  End,
  Ended,
  Fault,
  Granted,
  HistoryEvent,
  Invoked,
  Operation,
  Released,
  ServerHolder,
  ServerState,
} from "../events.ts";

// Short words for histories in tests. Operation "a1" is of client "a"; the name is "x" unless told otherwise.

export const asks = (at: number, op: Operation, more: Partial<Invoked> = {}): Invoked => ({
  type: "invoked",
  at,
  op,
  client: op.charAt(0),
  names: ["x"],
  capacity: 1,
  weight: 1,
  ...more,
});
export const queued = (at: number, op: Operation): HistoryEvent => ({ type: "queued", at, op });
export const granted = (at: number, op: Operation, until: number, ...fences: number[]): Granted => ({
  type: "granted",
  at,
  op,
  fences,
  until,
});
export const failed = (at: number, op: Operation): Ended => ({ type: "failed", at, op });
export const unknown = (at: number, op: Operation): Ended => ({ type: "unknown", at, op });
export const extending = (at: number, op: Operation, ttlMs: number): HistoryEvent => ({
  type: "extending",
  at,
  op,
  ttlMs,
});
export const extended = (at: number, op: Operation, until: number): HistoryEvent => ({
  type: "extended",
  at,
  op,
  until,
});
export const converting = (at: number, op: Operation, weight: number): HistoryEvent => ({
  type: "converting",
  at,
  op,
  weight,
});
export const converted = (at: number, op: Operation, ...fences: number[]): HistoryEvent => ({
  type: "converted",
  at,
  op,
  fences,
});
export const refused = (at: number, op: Operation): HistoryEvent => ({ type: "refused", at, op });
export const lost = (at: number, op: Operation): HistoryEvent => ({ type: "lost", at, op });
export const releasing = (at: number, op: Operation): HistoryEvent => ({ type: "releasing", at, op });
export const released = (
  at: number,
  op: Operation,
  outcome: Released["outcome"] = "released",
): HistoryEvent => ({ type: "released", at, op, outcome });
export const withdrawn = (at: number, op: Operation): HistoryEvent => ({
  type: "withdrawn",
  at,
  op,
  name: "x",
});
export const writes = (
  at: number,
  op: Operation,
  fence: number | undefined,
  accepted = true,
): HistoryEvent => ({
  type: "effect",
  at,
  op,
  name: "x",
  ...(fence !== undefined && { fence }),
  accepted,
});
export const holds = (
  op: Operation,
  until: number,
  fence?: number,
  more: Partial<ServerHolder> = {},
): ServerHolder => ({
  op,
  until,
  weight: 1,
  ...(fence !== undefined && { fence }),
  ...more,
});
export const server = (
  at: number,
  holders: readonly ServerHolder[],
  queue: readonly Operation[] = [],
  more: Partial<ServerState> = {},
): ServerState => ({
  type: "server",
  at,
  name: "x",
  capacity: 1,
  holders,
  queue: queue.map((op) => ({ op })),
  ...more,
});
export const fault = (at: number, breaks: Fault["breaks"], more: Partial<Fault> = {}): Fault => ({
  type: "fault",
  at,
  what: "trouble",
  breaks,
  ...more,
});
export const quiet = (at: number): HistoryEvent => ({ type: "quiet", at });
export const end = (at: number, keys = 0): End => ({ type: "end", at, keys });
