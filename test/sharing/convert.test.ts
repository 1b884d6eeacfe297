import { type Lease, LockLostError } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { enqueue, look, onEveryEngineAtOnce, scriptRequests } from "../waiting/queue.ts";

onEveryEngineAtOnce("downgrade and upgrade", (fixture) => {
  const lockOf = (name: string) => fixture.client().locks.readWrite(name);

  it("a downgrade lets readers in and no writer between", async () => {
    const name = fixture.name();
    const lock = lockOf(name);
    const writer = await lock.write.acquire();
    const [reading, writing] = await enqueue(fixture, name, [
      () => lockOf(name).read.acquire(),
      () => lockOf(name).write.acquire(),
    ]);
    expect(await lock.downgrade(writer)).toBe(writer);
    expect(writer.mode).toBe("shared");
    const reader = (await reading) as Lease;
    expect(await look(fixture, name)).toMatchObject({ used: 2, waiting: 1 });
    await reader.release();
    await writer.release();
    expect(((await writing) as Lease).mode).toBe("exclusive");
  });

  it("an upgrade of the only reader is a new grant with a greater fence", async () => {
    const name = fixture.name();
    const lock = lockOf(name);
    const lease = await lock.read.acquire();
    const { fence } = lease;
    await lock.upgrade(lease);
    expect(lease.mode).toBe("exclusive");
    expect(lease.fence).toBeGreaterThan(fence);
    expect(await look(fixture, name)).toMatchObject({ lastFence: lease.fence });
    expect(await lockOf(name).read.tryAcquire()).toBeNull();
    expect(await lease.release()).toBe("released");
    expect(await lockOf(name).write.tryAcquire()).not.toBeNull();
  });

  it("an upgrade is refused while there are other readers, and the lease stays as it was", async () => {
    const name = fixture.name();
    const lock = lockOf(name);
    const [lease, other] = [await lock.read.acquire(), await lockOf(name).read.acquire()];
    const { fence } = lease;
    await expect(lock.upgrade(lease)).rejects.toMatchObject({ code: "refused", message: /other readers/ });
    expect([lease.mode, lease.fence, lease.signal.aborted]).toEqual(["shared", fence, false]);
    await other.release();
    await lock.upgrade(lease);
    expect(lease.mode).toBe("exclusive");
  });

  it("an upgrade that is refused gives back what had run out by then (simulation, rw, seed 18)", async () => {
    const name = fixture.name();
    const lock = lockOf(name);
    const serverNow = async () => Number(((await fixture.gateway.command("TIME")) as string[])[0]);
    const [lease, other] = [await lock.read.acquire(), await lockOf(name).read.acquire()];
    await lockOf(name).read.acquire({ ttlMs: 100 });
    const over = (await serverNow()) + 2;
    await vi.waitFor(async () => expect(await serverNow()).toBeGreaterThanOrEqual(over), { timeout: 10_000 });
    await expect(lock.upgrade(lease)).rejects.toMatchObject({ code: "refused" });
    await other.release();
    await lease.release();
    expect(await lockOf(name).write.tryAcquire()).not.toBeNull();
  });

  it("back and forth, and what is already there changes nothing", async () => {
    const name = fixture.name();
    const lock = lockOf(name);
    const lease = await lock.write.acquire();
    const fences = [lease.fence];
    for (let i = 0; i < 3; i++) {
      await lock.downgrade(lease);
      expect(await lockOf(name).write.tryAcquire()).toBeNull();
      await (await lockOf(name).read.acquire({ waitMs: 0 })).release();
      await lock.upgrade(lease);
      expect(await lockOf(name).read.tryAcquire()).toBeNull();
      fences.push(lease.fence);
    }
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    expect(await look(fixture, name)).toMatchObject({ held: true, waiting: 0 });
    await lease.release();
    expect(await look(fixture, name)).toMatchObject({ held: false, used: 0 });
  });

  it("a lease that is over cannot be converted, and the name stays what it was", async () => {
    const name = fixture.name();
    const lock = lockOf(name);
    for (const end of [
      () => fixture.client().locks.forceRelease(name),
      () => fixture.gateway.command("FLUSHALL"),
    ]) {
      const lease = await lock.write.acquire();
      await end();
      await expect(lock.downgrade(lease)).rejects.toBeInstanceOf(LockLostError);
      expect(lease.signal.aborted).toBe(true);
      expect(await (await lockOf(name).write.acquire({ waitMs: 0 })).release()).toBe("released");
    }
    const released = await lock.write.acquire();
    await released.release();
    await expect(lock.downgrade(released)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("P3 a conversion whose answer was lost is asked for again and is one", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient();
    const lock = client.locks.readWrite(name);
    const lease = await lock.read.acquire();
    client.network.fail({ action: "drop-reply" });
    await lock.upgrade(lease);
    expect((await look(fixture, name)).lastFence).toBe(lease.fence);
    client.network.fail({ action: "drop-reply" });
    await lock.downgrade(lease);
    await lease.release();
    expect(await look(fixture, name)).toMatchObject({ held: false, used: 0 });
  });

  it("P1 a late repetition of a conversion does not undo the one that came after", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient();
    const lock = client.locks.readWrite(name);
    const lease = await lock.write.acquire();
    await lock.downgrade(lease);
    const downgrade = scriptRequests(client.network).at(-1);
    await lock.upgrade(lease);
    const upgrade = scriptRequests(client.network).at(-1);
    if (!downgrade || !upgrade) throw new Error("nothing was sent");
    await fixture.deliver(downgrade);
    expect(await lockOf(name).read.tryAcquire()).toBeNull();
    expect((await look(fixture, name)).holders).toMatchObject([{ mode: "exclusive", fence: lease.fence }]);
    await lock.downgrade(lease);
    await fixture.deliver(upgrade);
    expect(await lockOf(name).read.tryAcquire()).not.toBeNull();
  });

  it("P1 after a downgrade that got no answer the lease is no longer taken for exclusive", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient();
    const lock = client.locks.readWrite(name);
    const lease = await lock.write.acquire();
    client.network.fail({ action: "drop-reply", times: Number.POSITIVE_INFINITY });
    await expect(lock.downgrade(lease)).rejects.toMatchObject({ code: "unavailable" });
    client.network.clear();
    expect(await lockOf(name).read.tryAcquire()).not.toBeNull();
    expect(lease.mode).toBe("shared");
  });

  it("leases of something else are refused before any request", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient();
    const mutex = await client.locks.acquire(fixture.name());
    const other = await client.locks.readWrite(fixture.name()).read.acquire();
    const before = client.network.requests.length;
    for (const lease of [mutex, other, {} as Lease, null as never])
      for (const verb of ["upgrade", "downgrade"] as const)
        await expect(client.locks.readWrite(name)[verb](lease)).rejects.toMatchObject({
          code: "invalid-argument",
        });
    expect(client.network.requests.length).toBe(before);
  });
});
