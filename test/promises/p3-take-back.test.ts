import type { RecordedRequest } from "@holdfast/testing";
import { expect, it } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { serverView } from "../support/server-view.ts";

const FREE = { held: false, remainingMs: 0 };

onEveryEngine("P3 once: taking back", (fixture) => {
  /** An acquire that is under way when its caller gives up, and what took it back. */
  async function abandoned(name: string, executed: boolean): Promise<[RecordedRequest, RecordedRequest]> {
    const background: Promise<unknown>[] = [];
    const { locks, network } = await fixture.warmClient({ waitUntil: (work) => background.push(work) });
    network.fail({ action: "hang", afterExecuting: executed });
    const caller = new AbortController();
    const acquiring = locks.acquire(name, { signal: caller.signal });
    await expect.poll(() => network.requests.length).toBe(1);
    if (executed) await expect.poll(async () => (await serverView(fixture, name)).held).toBe(true);
    caller.abort("gave up");
    await expect(acquiring).rejects.toBe("gave up");
    await Promise.all(background);
    const [acquire, takeBack] = network.requests;
    if (!acquire || !takeBack) throw new Error("nothing was taken back");
    return [acquire, takeBack];
  }

  it.each(["unused", "used"])(
    "P3 an acquire that arrives after its taking back gets nothing (%s name)",
    async (state) => {
      const name = fixture.name();
      if (state === "used") await (await fixture.client().locks.acquire(name)).release();
      const [acquire, takeBack] = await abandoned(name, false);
      await fixture.deliver(acquire);
      expect(await serverView(fixture, name)).toMatchObject(FREE);
      await fixture.deliver(takeBack);
      await fixture.deliver(acquire);
      expect(await serverView(fixture, name)).toMatchObject(FREE);
      expect(await fixture.client().locks.tryAcquire(name)).not.toBeNull();
    },
  );

  it.each([10, 40])(
    "P3 an acquire that arrives after its taking back and %i other leases gets nothing",
    async (others) => {
      const name = fixture.name();
      const [acquire] = await abandoned(name, false);
      const { locks } = fixture.client();
      for (let i = 0; i < others; i++) await (await locks.acquire(name)).release();
      await fixture.deliver(acquire);
      expect(await serverView(fixture, name)).toMatchObject(FREE);
    },
  );

  it("P3 taking back frees the name once, however often it is executed", async () => {
    const name = fixture.name();
    const [acquire, takeBack] = await abandoned(name, true);
    expect(await serverView(fixture, name)).toMatchObject(FREE);
    for (const request of [takeBack, acquire, takeBack]) {
      await fixture.deliver(request);
      expect(await serverView(fixture, name)).toMatchObject(FREE);
    }
    const next = await fixture.client().locks.acquire(name);
    const before = await serverView(fixture, name);
    for (const request of [takeBack, acquire, takeBack]) await fixture.deliver(request);
    const after = await serverView(fixture, name);
    expect(after).toMatchObject({ held: true, fence: next.fence });
    expect(after.remainingMs).toBeLessThanOrEqual(before.remainingMs);
    expect(await next.release()).toBe("released");
  });

  it("P3 taking back an acquire that found the name held spares the holder", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const [acquire, takeBack] = await abandoned(name, true);
    for (const request of [takeBack, acquire, takeBack]) await fixture.deliver(request);
    expect(await serverView(fixture, name)).toMatchObject({ held: true, fence: holder.fence });
    expect(await holder.release()).toBe("released");
    // Nor does the one that was taken back get the name now.
    await fixture.deliver(acquire);
    expect(await serverView(fixture, name)).toMatchObject(FREE);
  });
});
