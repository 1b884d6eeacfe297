import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect } from "vitest";

/** Every test of the file fails in which a promise rejects that nobody holds. */
export function expectNoUnhandledRejection(): void {
  const seen: unknown[] = [];
  const listen = (reason: unknown) => void seen.push(reason);
  beforeEach(() => void process.on("unhandledRejection", listen));
  afterEach(async () => {
    // Node reports them after the microtasks of the turn in which they were dropped.
    await nextTurn();
    process.off("unhandledRejection", listen);
    expect(seen.splice(0)).toEqual([]);
  });
}
