import { bounded, type OperationRecord } from "../operation-record.ts";

/** What a lock is to be like, one operation after the other. Whoever holds it, holds no more than the capacity. */
export interface LockModel {
  /** How much fits. Default: what each operation was told. */
  readonly capacity?: number;
  /** How much each operation takes. Default: what it asked for. */
  readonly weight?: number;
}

/** One holder at a time, whatever the operations say. */
export const mutexModel: LockModel = { capacity: 1, weight: 1 };

/** So many permits, of which operations take what they asked for. */
export function semaphoreModel(permits: number): LockModel {
  return { capacity: permits };
}

export function capacityOf(model: LockModel, records: readonly OperationRecord[]): number {
  if (model.capacity !== undefined) return bounded(model.capacity);
  return records.reduce((most, { capacity }) => Math.max(most, capacity), 0);
}

export function weightOf(model: LockModel, { weight }: Pick<OperationRecord, "weight">): number {
  return model.weight === undefined ? weight : bounded(model.weight);
}
