import { createLocks, restStore } from "@holdfast/core";
import { createLockManager, type Lock } from "@holdfast/web-locks";
import { describe, expect, expectTypeOf, it, vi } from "vitest";

const fetch = vi.fn<typeof globalThis.fetch>();
const locks = createLocks({ store: restStore({ url: "http://127.0.0.1:1", token: "none", fetch }) });
const bad = (value: unknown) => value as never;

describe("createLockManager", () => {
  it("fits the DOM's type, and knows when there is a lock", () => {
    const manager = createLockManager(locks);
    const own: LockManager = manager;
    expect(own).toBe(manager);
    const calls = () => {
      expectTypeOf(manager.request("a", async ({ fence }) => fence)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(manager.request("a", { mode: "shared" }, ({ signal }) => signal)).toEqualTypeOf<
        Promise<AbortSignal>
      >();
      expectTypeOf(manager.request("a", { ifAvailable: true }, (lock) => lock)).toEqualTypeOf<
        Promise<Lock | null>
      >();
      expectTypeOf(manager.query()).toExtend<ReturnType<LockManager["query"]>>();
    };
    expect(calls).toBeTypeOf("function");
  });

  it("needs locks", () => {
    for (const value of [undefined, null, {}, "locks", { readWrite() {} }])
      expect(() => createLockManager(bad(value))).toThrow(TypeError);
  });

  it("refuses options that it does not know", () => {
    for (const options of [null, 1, { ttl: 1 }, { waitMs: 10 }])
      expect(() => createLockManager(locks, bad(options))).toThrow(TypeError);
  });

  it("refuses values that cannot work", () => {
    for (const ttlMs of [0, 9, 86_400_001, 10.5, "1000", Number.NaN])
      expect(() => createLockManager(locks, bad({ ttlMs }))).toThrow(/ttlMs .* 10 to 86400000/);
    for (const claimMs of [99, 60_001])
      expect(() => createLockManager(locks, { claimMs })).toThrow(/claimMs .* 100 to 60000/);
    for (const maxHoldMs of [9, 2_147_483_648])
      expect(() => createLockManager(locks, { maxHoldMs })).toThrow(/maxHoldMs .* 10 to 2147483647/);
    expect(() => createLockManager(locks, { ttlMs: 1000, maxHoldMs: 999 })).toThrow(/at least ttlMs/);
    for (const clientId of ["", "x".repeat(129), 1])
      expect(() => createLockManager(locks, bad({ clientId }))).toThrow(/clientId .* 1 to 128/);
  });

  it("takes every value within its limits, and all of the longest of names of clients", () => {
    for (const options of [
      { ttlMs: 10 },
      { ttlMs: 86_400_000, claimMs: 100 },
      { claimMs: 60_000, maxHoldMs: 2_147_483_647 },
      { clientId: "x".repeat(128), ttlMs: undefined },
    ])
      expect(() => createLockManager(locks, options)).not.toThrow();
  });

  it("names that are too long are refused, after what the specification refuses", async () => {
    const manager = createLockManager(locks);
    const callback = vi.fn();
    await expect(manager.request("x".repeat(513), callback)).rejects.toThrow(RangeError);
    await expect(manager.request(`-${"x".repeat(512)}`, callback)).rejects.toMatchObject({
      name: "NotSupportedError",
    });
    expect(callback).not.toHaveBeenCalled();
  });

  it("sends nothing for what is refused", () => {
    expect(fetch).not.toHaveBeenCalled();
  });
});
