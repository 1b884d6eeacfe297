import { describe, expect, it } from "vitest";
import { Exclusion } from "./exclusion.ts";
import type { Visit } from "./visits.ts";

let fences = 0;
const visit = (from: number, to: number, more: Partial<Visit> = {}): Visit => ({
  name: "name",
  capacity: 1,
  weight: 1,
  fence: ++fences,
  from,
  to,
  ...more,
});

function violations(...visits: Visit[]): number {
  const exclusion = new Exclusion();
  // As they come: each process tells its own when it is asked.
  for (const one of visits) exclusion.add([one]);
  return exclusion.violations;
}

describe("exclusion is", () => {
  it("kept by visits that follow each other", () => {
    expect(violations(visit(0, 10), visit(10, 20), visit(20, 30))).toBe(0);
  });

  it("violated by visits that overlap, whoever tells first", () => {
    const [one, two] = [visit(0, 10), visit(9, 20)];
    expect(violations(one, two)).toBe(1);
    expect(violations(two, one)).toBe(1);
    expect(violations(visit(0, 100), visit(40, 50))).toBe(1);
    expect(violations(visit(0, 10), visit(5, 6, { name: "other" }))).toBe(0);
  });

  it("a matter of how much is inside at one moment", () => {
    const shared = (from: number, to: number, weight: number) => visit(from, to, { capacity: 4, weight });
    expect(violations(shared(0, 10, 2), shared(0, 10, 2), shared(10, 20, 3))).toBe(0);
    // Two beside a third, but not beside each other.
    expect(violations(shared(0, 10, 2), shared(10, 20, 2), shared(5, 15, 2))).toBe(0);
    expect(violations(shared(0, 10, 2), shared(5, 15, 2), shared(8, 9, 1))).toBe(1);
  });

  it("violated by a fence that is not greater, unless both fit at once", () => {
    expect(violations(visit(0, 10, { fence: 7 }), visit(20, 30, { fence: 7 }))).toBe(1);
    expect(violations(visit(20, 30, { fence: 7 }), visit(0, 10, { fence: 8 }))).toBe(1);
    const late = { capacity: 4, weight: 2 };
    expect(violations(visit(0, 10, { ...late, fence: 8 }), visit(20, 30, { ...late, fence: 7 }))).toBe(0);
  });

  it("not remembered for longer than visits last", () => {
    const exclusion = new Exclusion();
    exclusion.add([visit(0, 10), visit(5, 10, { name: "busy" })]);
    exclusion.add([visit(200_000, 200_001, { name: "later" })]);
    exclusion.add([visit(0, 10), visit(5, 10, { name: "busy" })]);
    expect(exclusion.checked).toBe(5);
    expect(exclusion.violations).toBe(0);
  });
});
