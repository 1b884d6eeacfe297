import { describe, expect, it } from "vitest";
import type { HistoryEvent, Invoked } from "../events.ts";
import { asks, failed, fault, granted, queued, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const fenced = (first: number, second: number) => [
  granted(50, "a1", 60, first),
  granted(80, "b1", 90, second),
];
const story = (grants: readonly HistoryEvent[], b: Partial<Invoked> = {}, ...more: HistoryEvent[]) =>
  [asks(0, "a1"), queued(10, "a1"), asks(11, "b1", b), ...grants, ...more].sort((x, y) => x.at - y.at);

describe("first come, first served, as clients see it", () => {
  it("is kept when whoever has a place is granted before who asks later", () => {
    expect(verdict("overtaking", story(fenced(1, 2)))).toEqual([]);
    expect(verdict("overtaking", story(fenced(2, 1)))).toEqual([
      'op b1 (client b) was granted "x" before op a1 (client a), which had a place in the queue before it asked',
    ]);
  });

  it("is told by the order of grants where there are no fences", () => {
    expect(verdict("overtaking", story([granted(50, "a1", 60), granted(80, "b1", 90)]))).toEqual([]);
    expect(verdict("overtaking", story([granted(50, "b1", 60), granted(80, "a1", 90)]))).toHaveLength(1);
  });

  it.each<[string, HistoryEvent[]]>([
    ["the later one is not fair", story(fenced(2, 1), { fair: false })],
    ["the later one does not wait", story(fenced(2, 1), { waits: false })],
    ["the first one never gets it", story([granted(80, "b1", 90, 1)], {}, failed(70, "a1"))],
    ["something hit the first one's client", story(fenced(2, 1), {}, fault(30, "nothing", { client: "a" }))],
    ["something hit the server", story(fenced(2, 1), {}, fault(30, "nothing"))],
    ["server states show it better", story(fenced(2, 1), {}, server(95, []))],
  ])("is not asked for when %s", (_, events) => {
    expect(verdict("overtaking", events)).toEqual([]);
  });

  it("is asked for when something hit another client, or came too early", () => {
    expect(
      verdict("overtaking", story(fenced(2, 1), {}, fault(30, "nothing", { client: "b" }))),
    ).toHaveLength(1);
    expect(verdict("overtaking", story(fenced(2, 1), {}, fault(5, "nothing", { client: "a" })))).toHaveLength(
      1,
    );
  });

  it("is not asked for of leases that fit beside each other", () => {
    const shared = { capacity: 2 };
    const events = [asks(0, "a1", shared), queued(10, "a1"), asks(11, "b1", shared), ...fenced(2, 1)];
    expect(verdict("overtaking", events)).toEqual([]);
  });
});
