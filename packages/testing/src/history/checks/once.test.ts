import { describe, expect, it } from "vitest";
import { asks, failed, fault, granted, holds, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const asked = asks(0, "a1");
const attempt = (id: string) => ({ attempt: id });

describe("once", () => {
  it("a call is granted one time", () => {
    expect(verdict("once", [asked, granted(10, "a1", 90, 1)])).toEqual([]);
    expect(verdict("once", [asked, granted(10, "a1", 90, 1), granted(20, "a1", 90, 1)])).toEqual([
      "op a1 (client a) was granted twice",
    ]);
  });

  it("a call that failed is not granted", () => {
    expect(verdict("once", [asked, failed(10, "a1"), granted(20, "a1", 90, 1)])).toEqual([
      "op a1 (client a) was granted after it had ended as failed",
    ]);
  });

  it("an attempt gets one fence", () => {
    const again = (id: string, fence: number) => [
      asked,
      server(10, [holds("a1", 50, 1, attempt("i"))]),
      server(60, []),
      server(70, [holds("a1", 90, fence, attempt(id))]),
    ];
    expect(verdict("once", again("i", 2))).toEqual([
      'the server held "x" for op a1 (client a) once more at 70, for the same attempt with fence 2 after 1',
    ]);
    expect(verdict("once", again("ii", 2))).toEqual([]);
    const lost = [...again("i", 2), fault(60, "exclusion")].sort((a, b) => a.at - b.at);
    expect(verdict("once", lost)).toEqual([]);
  });

  it("an attempt may be forgotten after as many others as the server remembers", () => {
    const others = Array.from({ length: 3 }, (_, i) => server(20 + i, [holds(`b${i}`, 90, 2 + i)]));
    const events = [asked, server(10, [holds("a1", 90, 1)]), ...others, server(70, [holds("a1", 90, 9)])];
    expect(verdict("once", events, { remembered: 3 })).toEqual([]);
    expect(verdict("once", events, { remembered: 4 })).toHaveLength(1);
  });

  it("an operation has one entry among the holders", () => {
    const twice = (until: number) => [
      asked,
      server(10, [holds("a1", until, 1, attempt("i"))], [], { capacity: 2 }),
      server(50, [holds("a1", until, 1, attempt("i")), holds("a1", 90, 2, attempt("ii"))], [], {
        capacity: 2,
      }),
    ];
    expect(verdict("once", twice(60))).toEqual(['the server held "x" for op a1 (client a) twice at 50']);
    expect(verdict("once", twice(50))).toEqual([]);
  });

  it("an operation has one place in the queue, and none while it holds", () => {
    expect(verdict("once", [asked, server(10, [], ["a1"]), server(20, [], ["a1", "b1", "a1"])])).toEqual([
      'op a1 (client a) waits for "x" at 20 though it does already',
    ]);
    expect(verdict("once", [asked, server(10, [holds("a1", 50, 1)], ["a1"])])).toEqual([
      'op a1 (client a) waits for "x" at 10 though it holds it',
    ]);
    expect(verdict("once", [asked, server(60, [holds("a1", 50, 1)], ["a1"])])).toEqual([]);
  });

  it("an extension is not a second grant", () => {
    const events = [
      asked,
      server(10, [holds("a1", 50, 1)]),
      server(30, [holds("a1", 80, 1)]),
      server(80, []),
    ];
    expect(verdict("once", events)).toEqual([]);
  });
});
