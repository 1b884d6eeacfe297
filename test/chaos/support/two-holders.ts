import type { Lease } from "@holdfast/core";
import { expect } from "vitest";
import type { SceneClient } from "./scene.ts";

interface Holder {
  readonly client: SceneClient;
  readonly lease: Lease;
}

/** What is not promised where the database loses acknowledged writes, and what is. Leaves "later" under the key "data". */
export async function laterIsGuarded(first: Holder, second: Holder): Promise<void> {
  const [older, later] = [first.lease, second.lease];
  expect([older.remainingMs() > 0, later.remainingMs() > 0]).toEqual([true, true]);
  expect(later.fence).toBeGreaterThan(older.fence);
  const written = await second.client.guard.set("data", "later", { fence: later.fence });
  expect(written).toMatchObject({ outcome: "written" });
  const late = await first.client.guard.set("data", "older", { fence: older.fence });
  expect(late).toEqual({ outcome: "stale", fence: later.fence });
}
