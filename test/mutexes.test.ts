import { HoldfastError, LockTimeoutError } from "@holdfast/core";
import * as small from "@holdfast/core/mutex";
import { expect, it, vi } from "vitest";
import { onEveryEngine, TOKEN } from "./support/fixture.ts";

onEveryEngine("createMutexes", (f) => {
  const mutexes = () =>
    small.createMutexes({ store: small.restStore({ url: f.gateway.url, token: TOKEN, timeoutMs: 2000 }) });

  it("shares names and the queue with the locks of createLocks", async () => {
    const name = f.name();
    const { locks } = f.client();
    const few = mutexes();
    const served: string[] = [];
    const first = await few.acquire(name);
    expect(await locks.tryAcquire(name)).toBeNull();
    const waiting = async (count: number) => (await locks.inspect(name)).waiting === count;
    const second = locks.request(name, ({ fence }) => served.push(`all ${fence > first.fence}`));
    await vi.waitUntil(() => waiting(1), 5000);
    const third = few.request(name, ({ fence }) => served.push(`few ${fence > first.fence}`));
    await vi.waitUntil(() => waiting(2), 5000);
    expect(await few.tryAcquire(name)).toBeNull();
    expect(await first.release()).toBe("released");
    await Promise.all([second, third]);
    expect(served).toEqual(["all true", "few true"]);
  });

  it("fails as createLocks does, with the same classes", async () => {
    const name = f.name();
    const held = await f.client().locks.semaphore(name, { permits: 2 }).acquire();
    await expect(mutexes().acquire(name)).rejects.toMatchObject({ code: "kind-mismatch" });
    expect(await held.release()).toBe("released");

    const other = f.name();
    await mutexes().acquire(other);
    await expect(mutexes().acquire(other, { waitMs: 0 })).rejects.toBeInstanceOf(LockTimeoutError);
    expect(() => small.createMutexes({} as never)).toThrow(/createMutexes needs a store/);
    expect(small.HoldfastError).toBe(HoldfastError);
  });

  it("continues as any lease where createLocks adopts it", async () => {
    const lease = await mutexes().acquire(f.name());
    const adopted = f.client().locks.adopt(JSON.parse(JSON.stringify(lease)));
    expect(await adopted.extend()).toBeGreaterThan(0);
    expect(await adopted.release()).toBe("released");
    expect(await lease.release()).toBe("released");
  });
});
