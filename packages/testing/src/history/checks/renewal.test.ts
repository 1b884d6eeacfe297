import { describe, expect, it } from "vitest";
import { asks, extending, fault, granted, holds, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const asked = asks(0, "a1", { ttlMs: 100 });

describe("renewals", () => {
  it("count from when they are executed", () => {
    expect(
      verdict("renewal", [asked, server(10, [holds("a1", 110, 1)]), server(90, [holds("a1", 190, 1)])]),
    ).toEqual([]);
  });

  it("do not add up", () => {
    expect(
      verdict("renewal", [asked, server(10, [holds("a1", 110, 1)]), server(50, [holds("a1", 210, 1)])]),
    ).toEqual([
      'the server holds "x" for op a1 (client a) until 210, longer than 100 from 50, the most it asked for',
    ]);
  });

  it("may be longer when that was asked for", () => {
    const longer = server(50, [holds("a1", 300, 1)]);
    expect(verdict("renewal", [asked, extending(40, "a1", 250), longer])).toEqual([]);
    expect(verdict("renewal", [asked, extending(40, "a1", 240), longer])).toHaveLength(1);
    expect(verdict("renewal", [asked, longer, extending(60, "a1", 250)])).toHaveLength(1);
  });

  it("are not measured across a step of the server's clock, or where nobody said how long", () => {
    expect(verdict("renewal", [asked, fault(20, "exclusion"), server(50, [holds("a1", 300, 1)])])).toEqual(
      [],
    );
    expect(verdict("renewal", [asks(0, "a1"), server(50, [holds("a1", 300, 1)])])).toEqual([]);
  });
});

describe("a lease that is renewed for a limited time", () => {
  const limited = asks(0, "a1", { ttlMs: 100, lastsMs: 1000 });
  const held = [server(10, [holds("a1", 110, 1)]), granted(20, "a1", 100, 1)];
  const measures = { promptMs: 20 };

  it("ends with that", () => {
    expect(verdict("renewal", [limited, ...held, server(1000, [holds("a1", 1050, 1)])], measures)).toEqual(
      [],
    );
    expect(verdict("renewal", [limited, ...held, server(1000, [holds("a1", 1100, 1)])], measures)).toEqual([
      'the server holds "x" for op a1 (client a) until 1100, though it was to last 1000 at the most',
    ]);
  });

  it("may last longer when it is extended by hand, or a renewal was late", () => {
    const longer = server(1000, [holds("a1", 1100, 1)]);
    expect(verdict("renewal", [limited, ...held, extending(500, "a1", 100), longer], measures)).toEqual([]);
    expect(
      verdict("renewal", [limited, ...held, fault(900, "nothing", { client: "a" }), longer], measures),
    ).toEqual([]);
  });

  it("counts from its confirmation if it was granted for less at first", () => {
    const once = asks(0, "a1", { ttlMs: 1000, claimMs: 200, lastsMs: 1000 });
    expect(verdict("renewal", [once, ...held, server(180, [holds("a1", 1180, 1)])], measures)).toEqual([]);
  });
});
