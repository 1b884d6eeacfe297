import { describe, expect, it } from "vitest";
import { asks, extended, fault, granted, holds, releasing, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const asked = asks(0, "a1");

describe("agreement of holder and server", () => {
  it("is there while the server holds the lease", () => {
    const events = [
      asked,
      server(10, [holds("a1", 100, 1)]),
      granted(20, "a1", 90, 1),
      server(50, [holds("a1", 150, 1)]),
      extended(60, "a1", 140),
      releasing(120, "a1"),
      server(130, []),
    ];
    expect(verdict("agreement", events)).toEqual([]);
  });

  it("is missing when the holder counts from the answer", () => {
    expect(
      verdict("agreement", [asked, server(10, [holds("a1", 100, 1)]), granted(20, "a1", 110, 1)]),
    ).toEqual(['op a1 (client a) relied on "x" from 20 until 110, but the server let it go at 100']);
  });

  it("is missing when the server gives the name to another", () => {
    const events = [
      asked,
      server(10, [holds("a1", 100, 1)]),
      granted(20, "a1", 90, 1),
      server(50, [holds("b1", 150, 2)]),
    ];
    expect(verdict("agreement", events)).toHaveLength(1);
    expect(verdict("agreement", [...events.slice(0, 3), releasing(49, "a1"), ...events.slice(3)])).toEqual(
      [],
    );
  });

  it("is missing when the holder begins before the server does", () => {
    expect(
      verdict("agreement", [asked, granted(20, "a1", 90, 1), server(30, [holds("a1", 100, 1)])]),
    ).toEqual(['op a1 (client a) relied on "x" from 20 until 90, but the server held it only from 30']);
  });

  it("is missing when the server never had it", () => {
    expect(verdict("agreement", [asked, server(5, []), granted(20, "a1", 90)])).toEqual([
      'op a1 (client a) relied on "x" from 20 until 90, but the server did not hold it',
    ]);
  });

  it("is missing over a gap between two promises", () => {
    const events = [
      asked,
      server(10, [holds("a1", 50, 1)]),
      granted(20, "a1", 90, 1),
      server(60, [holds("a1", 100, 1)]),
    ];
    expect(verdict("agreement", events)).toHaveLength(1);
  });

  it("is on the fence as well", () => {
    expect(
      verdict("agreement", [asked, server(10, [holds("a1", 100, 1)]), granted(20, "a1", 90, 2)]),
    ).toEqual(['op a1 (client a) was told fence 2 for "x", which the server did not give it']);
  });

  it("is not asked for after the server lost the lease", () => {
    const events = [
      asked,
      server(10, [holds("a1", 100, 1)]),
      granted(20, "a1", 90, 1),
      fault(50, "exclusion"),
      server(50, []),
    ];
    expect(verdict("agreement", events)).toEqual([]);
    expect(
      verdict(
        "agreement",
        events.filter(({ type }) => type !== "fault"),
      ),
    ).toHaveLength(1);
  });

  it("is not asked for where nobody looks into the server", () => {
    expect(verdict("agreement", [asked, granted(20, "a1", 90, 2)])).toEqual([]);
  });
});
