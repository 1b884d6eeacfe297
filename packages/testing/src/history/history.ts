import { answerConversion, conversionOf } from "./conversion.ts";
import type { End, Fault, HistoryEvent, Operation } from "./events.ts";
import { FaultIndex } from "./fault-index.ts";
import { NameHistory } from "./names.ts";
import { fenceOf, type OperationRecord, recordOf } from "./operation-record.ts";
import { endReliance, extendReliance, relianceFrom } from "./reliance.ts";

/** A history, sorted by operations and names. */
export interface History {
  readonly events: readonly HistoryEvent[];
  readonly operations: ReadonlyMap<Operation, OperationRecord>;
  readonly names: ReadonlyMap<string, NameHistory>;
  readonly faults: FaultIndex;
  /** From when on no fault is active, if ever. */
  readonly quietAt: number | undefined;
  readonly end: End | undefined;
  /** When the last thing was recorded. */
  readonly lastAt: number;
}

/**
 * @param toleranceMs how long after its end a lease may still be extended, for clocks that count whole milliseconds.
 */
export function readHistory(events: readonly HistoryEvent[], toleranceMs: number): History {
  const operations = new Map<Operation, OperationRecord>();
  const names = new Map<string, NameHistory>();
  const faults: Fault[] = [];
  let quietAt: number | undefined;
  let end: End | undefined;

  const nameOf = (name: string): NameHistory => {
    let found = names.get(name);
    if (!found) {
      found = new NameHistory(name);
      names.set(name, found);
    }
    return found;
  };

  for (let index = 0; index < events.length; index++) {
    const event = events[index] as HistoryEvent;
    switch (event.type) {
      case "server":
        nameOf(event.name).states.push(event);
        continue;
      case "withdrawn": {
        const { states, withdrawn } = nameOf(event.name);
        withdrawn.push({ ...event, state: states.length - 1 });
        continue;
      }
      case "fault":
        faults.push(event);
        continue;
      case "quiet":
        quietAt ??= event.at;
        continue;
      case "end":
        end = event;
        continue;
      case "invoked": {
        if (operations.has(event.op)) continue;
        const record = recordOf(event, index);
        operations.set(event.op, record);
        for (const name of record.names) nameOf(name).asked.push(record);
        continue;
      }
    }
    const record = operations.get(event.op);
    if (!record) continue;
    if (event.type === "granted" && !record.granted)
      for (const name of record.names) nameOf(name).granted.push(record);
    note(record, event, index, toleranceMs);
  }
  return {
    events,
    operations,
    names,
    faults: new FaultIndex(faults),
    quietAt,
    end,
    lastAt: events.at(-1)?.at ?? 0,
  };
}

type OfOperation = Exclude<Extract<HistoryEvent, { op: Operation }>, { type: "invoked" | "withdrawn" }>;

/** The first event of each kind counts; what must not happen twice is found by a check. */
function note(record: OperationRecord, event: OfOperation, index: number, toleranceMs: number): void {
  switch (event.type) {
    case "queued":
      if (record.queued) break;
      record.queued = event;
      record.queuedIndex = index;
      break;
    case "granted":
      if (record.granted) break;
      record.granted = event;
      record.grantedIndex = index;
      record.reliance = relianceFrom(event);
      break;
    case "failed":
    case "unknown":
      // What went wrong after the grant is told by the loss or the release.
      if (record.granted || record.ended) break;
      record.ended = event;
      record.endedIndex = index;
      break;
    case "extending":
      record.extending ??= [];
      record.extending.push(event);
      break;
    case "converting":
      record.conversions ??= [];
      record.conversions.push(conversionOf(event, index));
      break;
    case "converted":
    case "refused":
      answerConversion(record.conversions?.at(-1), event, index);
      break;
    case "extended":
      if (record.reliance && !extendReliance(record.reliance, event, toleranceMs)) record.revived ??= event;
      break;
    case "lost":
      record.lost ??= event;
      if (record.reliance) endReliance(record.reliance, event.at, "lost");
      break;
    case "releasing":
      record.releasing ??= event;
      if (record.reliance) endReliance(record.reliance, event.at, "releasing");
      break;
    case "released":
      if (record.released) break;
      record.released = event;
      record.releasedIndex = index;
      break;
  }
}

/**
 * From when on a lease may overlap with others because the server lost it, or its clock jumped: from its beginning
 * if it was on its way to the client at that moment.
 */
export function exemptFrom(history: History, name: NameHistory, record: OperationRecord): number | undefined {
  const { reliance } = record;
  if (!reliance) return undefined;
  return history.faults.exclusion.firstIn(grantedAt(name, record), reliance.to);
}

/** When the server made the grant, or the earliest moment at which it may have. */
function grantedAt(name: NameHistory, record: OperationRecord): number {
  const fence = fenceOf(record, name.name);
  const serve = name.served.of(record.op).find((one) => fence === undefined || one.fence === fence);
  return serve?.from ?? record.invoked.at;
}
