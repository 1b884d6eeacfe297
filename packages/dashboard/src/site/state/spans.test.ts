import type { InspectionBody, LockEventBody } from "@holdfast/protocol";
import { expect, test } from "vitest";
import { lanesOf } from "../parts/lanes.ts";
import { spansOf } from "./spans.ts";

let last = 0;
const event = (
  at: number,
  type: LockEventBody["type"],
  holder: string | undefined,
  more: Partial<LockEventBody> = {},
): LockEventBody => ({
  id: `${at}-${last++}`,
  at,
  type,
  name: "a",
  actor: "key",
  ...(holder === undefined ? {} : { holder }),
  ...more,
});
const free: InspectionBody = {
  name: "a",
  held: false,
  capacity: 1,
  used: 0,
  holders: [],
  waiters: [],
  waiting: 0,
  lastFence: 0,
  asOf: 100,
};

test("an attempt waits, holds and ends", () => {
  const spans = spansOf(
    [event(10, "queued", "x"), event(20, "acquired", "x"), event(30, "released", "x")],
    free,
  );
  expect(spans).toMatchObject([{ hash: "x", waitedFrom: 10, heldFrom: 20, endedAt: 30, ending: "released" }]);
});

test("what was not recorded follows from what was", () => {
  const spans = spansOf(
    [event(50, "acquired", "y", { waitedMs: 15 }), event(90, "released", "x", { heldMs: 60 })],
    free,
  );
  expect(spans).toMatchObject([
    { hash: "x", heldFrom: 30, endedAt: 90 },
    { hash: "y", waitedFrom: 35, heldFrom: 50, endedAt: 100, ending: "expired" },
  ]);
});

test("a break without a holder ends every hold, and no wait", () => {
  const spans = spansOf(
    [event(1, "acquired", "x"), event(2, "queued", "y"), event(5, "broken", undefined, { reason: "stuck" })],
    null,
  );
  expect(spans).toMatchObject([{ hash: "x", endedAt: 5, ending: "broken", reason: "stuck" }, { hash: "y" }]);
  expect(spans[1]?.endedAt).toBeUndefined();
});

test("who holds and waits now is shown although nothing was heard of it", () => {
  const holder = { hash: "h", fence: 7, weight: 1, mode: "exclusive", since: 60, expiresAt: 200 };
  const waiter = { hash: "w", position: 1, weight: 1, mode: "exclusive", since: 70 };
  const spans = spansOf([], { ...free, held: true, holders: [holder], waiters: [waiter], waiting: 1 });
  expect(spans).toMatchObject([
    { hash: "h", heldFrom: 60, fence: 7 },
    { hash: "w", waitedFrom: 70 },
  ]);
});

test("spans that overlap lie side by side, others in one lane", () => {
  const spans = spansOf(
    [
      event(10, "acquired", "x"),
      event(15, "queued", "y"),
      event(20, "released", "x"),
      event(20, "acquired", "y"),
      event(30, "released", "y"),
      event(40, "acquired", "z"),
    ],
    null,
  );
  expect(lanesOf(spans, 100).map((lane) => lane.map(({ hash }) => hash))).toEqual([["x", "z"], ["y"]]);
});
