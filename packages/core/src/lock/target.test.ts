import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeAsk, mutex, type Wish } from "./target.ts";

const claim = { attempt: "attempt-1", owner: "owner-of-it" };
const wish: Wish = {
  ttlMs: 1000,
  metadata: "",
  lockDelayMs: 0,
  claimMs: 2000,
  placeMs: 500,
  channel: "wake:x",
  nonce: "nonce",
};

describe("encodeAsk", () => {
  it("has its parts in the order in which holders.lua reads them", () => {
    expect(encodeAsk("app", mutex("a"), claim, wish)).toBe(
      "attempt-1 owner-of-it 1000 1 exclusive 0 2000 500 app:wake:x nonce -",
    );
  });

  it("keeps metadata in one part, and as it was, whatever JSON can carry", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: "binary" }),
      fc.string({
        unit: fc.constantFrom(" ", "\t", "\n", "\v", "\f", "\r", "\\", '"', "\u00a0", "\u2028", "\ud800"),
      }),
    );
    fc.assert(
      fc.property(value, (metadata) => {
        const parts = encodeAsk("app", mutex("a"), claim, {
          ...wish,
          metadata: JSON.stringify(metadata),
        }).split(/[ \t\n\v\f\r]/);
        expect(parts.length).toBe(11);
        expect(JSON.parse(parts[10] ?? "")).toEqual(JSON.parse(JSON.stringify(metadata)));
      }),
    );
  });
});
