import fc from "fast-check";
import type { HistoryEvent } from "../events.ts";
import { modelHistory } from "./model-history.ts";

/** Random histories of a correct lock. */
export function modelHistories(capacity: number): fc.Arbitrary<HistoryEvent[]> {
  return fc
    .record({
      tape: fc.array(fc.nat(999), { minLength: 50, maxLength: 400 }),
      operations: fc.integer({ min: 5, max: 60 }),
      names: fc.integer({ min: 1, max: 2 }),
    })
    .map((shape) => modelHistory({ ...shape, capacity }));
}
