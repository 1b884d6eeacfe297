import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../clock.ts";
import { newClaim, token } from "./claim.ts";

const bytes = (fill: (i: number) => number) => ({
  ...systemClock,
  randomBytes: (length: number) => Uint8Array.from({ length }, (_, i) => fill(i)),
});

describe("token", () => {
  it("is 22 characters of base64url, 6 bits of each random byte: 132 bits", () => {
    expect(token(systemClock)).toMatch(/^[\w-]{22}$/);
    const seen = new Set(Array.from({ length: 64 }, (_, byte) => token(bytes(() => byte))[0]));
    expect(seen.size).toBe(64);
    // The bits that are left over change nothing, so every character is as likely as any other.
    for (let byte = 0; byte < 64; byte++)
      expect(token(bytes(() => byte + 192))).toBe(token(bytes(() => byte)));
  });

  it("uses each byte once, and nothing else", () => {
    const one = token(bytes((i) => i));
    for (let i = 0; i < 22; i++) {
      const other = token(bytes((j) => (j === i ? 63 : j)));
      expect([...other].filter((character, j) => character !== one[j]).length).toBe(1);
    }
  });

  it("comes from crypto.getRandomValues by the platform's clock", () => {
    const random = vi.spyOn(crypto, "getRandomValues");
    token(systemClock);
    expect(random).toHaveBeenCalledOnce();
    expect(random.mock.calls[0]?.[0]?.byteLength).toBeGreaterThanOrEqual(16);
    random.mockRestore();
  });

  it("never comes twice", () => {
    const tokens = new Set(Array.from({ length: 10_000 }, () => token(systemClock)));
    expect(tokens.size).toBe(10_000);
  });
});

describe("newClaim", () => {
  it("has an owner of its own also when the attempt is named", () => {
    const claim = newClaim(systemClock, "attempt-1");
    expect(claim.attempt).toBe("attempt-1");
    expect(claim.owner).not.toBe(newClaim(systemClock, "attempt-1").owner);
  });

  it("names the attempt by a secret when nobody else does", () => {
    expect(newClaim(systemClock, undefined).attempt).not.toBe(newClaim(systemClock, undefined).attempt);
  });
});
