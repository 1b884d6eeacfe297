import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, end, extended, fault, granted, lost, released, releasing } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const check = (...events: HistoryEvent[]) =>
  verdict("loss", [asks(0, "a1"), granted(10, "a1", 100), ...events, end(1000)]);

describe("the loss of a lease", () => {
  it("is told by the moment until which it could be relied on", () => {
    expect(check(lost(100, "a1"))).toEqual([]);
    expect(check(lost(90, "a1"))).toEqual([]);
    expect(check()).toEqual([
      "op a1 (client a) could rely on its lease until 100, and was never told that it is lost",
    ]);
    expect(check(lost(130, "a1"))).toEqual([
      "op a1 (client a) could rely on its lease until 100, and was told of the loss only at 130",
    ]);
  });

  it("may be a little late, by a clock that counts milliseconds", () => {
    const events = [asks(0, "a1"), granted(10, "a1", 100), lost(103, "a1"), end(1000)];
    expect(verdict("loss", events)).toEqual([]);
    expect(verdict("loss", events, { toleranceMs: 2 })).toHaveLength(1);
  });

  it("is counted from the last extension", () => {
    expect(check(extended(90, "a1", 200), lost(200, "a1"))).toEqual([]);
    expect(check(extended(90, "a1", 200), lost(230, "a1"))).toHaveLength(1);
  });

  it("is not told to who lets go", () => {
    expect(check(releasing(90, "a1"), released(120, "a1"))).toEqual([]);
    expect(check(releasing(120, "a1"), released(130, "a1", "expired"))).toHaveLength(1);
  });

  it("is not told before it happens", () => {
    expect(verdict("loss", [asks(0, "a1"), granted(10, "a1", 100), end(90)])).toEqual([]);
  });

  describe("of a client that stood still", () => {
    const frozen = fault(50, "client", { client: "a", until: 500 });

    it("is told when it goes on, or not at all", () => {
      expect(check(frozen, lost(500, "a1"))).toEqual([]);
      expect(check(frozen, releasing(501, "a1"), lost(501, "a1"), released(501, "a1", "expired"))).toEqual(
        [],
      );
      expect(check(fault(50, "client", { client: "a", until: Number.POSITIVE_INFINITY }))).toEqual([]);
    });

    it("is told before it hears that the lease goes on", () => {
      expect(check(frozen, extended(501, "a1", 600))).toEqual([
        "op a1 (client a) could rely on its lease until 100, and was told at 501 that the lease goes on",
      ]);
      expect(check(frozen, lost(500, "a1"), extended(501, "a1", 600))).toEqual([]);
    });

    it("is not called a release of what it held", () => {
      expect(check(frozen, releasing(501, "a1"), released(510, "a1"))).toEqual([
        "op a1 (client a) could rely on its lease until 100, and was told that it released the lease after that",
      ]);
    });

    it("is told in time when it went on before", () => {
      const early = fault(50, "client", { client: "a", until: 80 });
      expect(check(early, lost(130, "a1"))).toHaveLength(1);
      expect(check({ ...early, clockStopped: true }, lost(130, "a1"))).toEqual([]);
    });

    it("is told in time to others", () => {
      expect(check({ ...frozen, client: "b" }, lost(500, "a1"))).toHaveLength(1);
    });
  });
});
