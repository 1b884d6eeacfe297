import type { Conversion } from "./conversion.ts";
import type {
  Ended,
  Extended,
  Extending,
  Granted,
  Invoked,
  Lost,
  Operation,
  Queued,
  Released,
  Releasing,
} from "./events.ts";
import type { Reliance } from "./reliance.ts";

/** All that a history tells of one operation by the client's side. */
export interface OperationRecord {
  readonly op: Operation;
  readonly invoked: Invoked;
  readonly client: string;
  readonly names: readonly string[];
  readonly capacity: number;
  readonly weight: number;
  readonly exclusive: boolean;
  readonly fair: boolean;
  readonly waits: boolean;
  /** Where in the history its events are, because moments of one clock can be equal. */
  readonly invokedIndex: number;
  queuedIndex: number;
  grantedIndex: number;
  endedIndex: number;
  releasedIndex: number;
  queued: Queued | undefined;
  granted: Granted | undefined;
  ended: Ended | undefined;
  lost: Lost | undefined;
  releasing: Releasing | undefined;
  released: Released | undefined;
  extending: Extending[] | undefined;
  conversions: Conversion[] | undefined;
  /** The first extension after the lease was over. */
  revived: Extended | undefined;
  reliance: Reliance | undefined;
}

/**
 * Stands for an unbounded capacity. A number, because the sums have to come out right when something is taken away
 * from it again.
 */
const UNBOUNDED = 2 ** 45;

export function bounded(weight: number): number {
  return Math.min(weight, UNBOUNDED);
}

export function recordOf(invoked: Invoked, invokedIndex: number): OperationRecord {
  const capacity = bounded(invoked.capacity);
  const weight = bounded(invoked.weight);
  return {
    op: invoked.op,
    invoked,
    client: invoked.client,
    names: invoked.names,
    capacity,
    weight,
    exclusive: weight >= capacity,
    fair: invoked.fair ?? true,
    waits: invoked.waits ?? true,
    invokedIndex,
    queuedIndex: -1,
    grantedIndex: -1,
    endedIndex: -1,
    releasedIndex: -1,
    queued: undefined,
    granted: undefined,
    ended: undefined,
    lost: undefined,
    releasing: undefined,
    released: undefined,
    extending: undefined,
    conversions: undefined,
    revived: undefined,
    reliance: undefined,
  };
}

/** The fence that the client learned for a name with the grant. */
export function fenceOf(record: OperationRecord, name: string): number | undefined {
  return fenceIn(record, name, record.granted?.fences);
}

/** The one of these fences that is for a name. */
export function fenceIn(
  { names }: OperationRecord,
  name: string,
  fences: readonly number[] | undefined,
): number | undefined {
  return fences?.[names.length === 1 ? 0 : names.indexOf(name)];
}

/** All fences that the client learned for a name, and when: that of the grant and those of conversions. */
export function fencesOf(record: OperationRecord, name: string): { at: number; fence: number }[] {
  const told = [record.granted, ...(record.conversions ?? []).map(({ converted }) => converted)];
  return told.flatMap((event) => {
    const fence = event && fenceIn(record, name, event.fences);
    return event && fence !== undefined ? [{ at: event.at, fence }] : [];
  });
}
