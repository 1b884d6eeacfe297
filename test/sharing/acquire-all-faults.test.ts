import { expect, it } from "vitest";
import {
  about,
  eventually,
  look,
  onEveryEngineAtOnce,
  scriptRequests,
  untilWaiting,
} from "../waiting/queue.ts";

onEveryEngineAtOnce("several names at once, in trouble", (fixture) => {
  const names = (count: number) => Array.from({ length: count }, () => fixture.name());
  const noneHeld = (all: readonly string[]) =>
    eventually(
      async () => (await Promise.all(all.map((name) => look(fixture, name)))).some(({ held }) => held),
      (seen) => seen.toBe(false),
    );

  it("P3 a lost reply costs a retry, and the fences are those of the first", async () => {
    const all = names(3);
    const { locks, network } = await fixture.warmClient();
    await (await locks.acquireAll(names(2))).release();
    network.fail({ action: "drop-reply" });
    const lease = await locks.acquireAll(all);
    const inspected = await Promise.all(all.map((name) => look(fixture, name)));
    expect(Math.max(...inspected.map(({ lastFence }) => lastFence))).toBe(lease.fence);
    expect(inspected.every(({ used }) => used === 1)).toBe(true);
    expect(await lease.release()).toBe("released");
    await noneHeld(all);
  });

  it("P4 when no reply comes at all, what may have been taken is given back", async () => {
    const all = names(3);
    const { locks, network } = await fixture.warmClient();
    network.fail({ action: "drop-reply", times: 4 });
    await expect(locks.acquireAll(all)).rejects.toMatchObject({ code: "unavailable" });
    await noneHeld(all);
  });

  it("P4 a silent server ends the call when its wait is over", async () => {
    const all = names(2);
    const { locks, network } = await fixture.warmClient();
    network.fail({
      action: "hang",
      times: Number.POSITIVE_INFINITY,
      when: ([c]) => c?.some((a) => a.includes(all[0] as string)) ?? false,
    });
    const started = performance.now();
    await expect(locks.acquireAll(all, { waitMs: 400 })).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - started).toBeLessThan(900);
    network.clear();
  });

  it("P3 a request that was late, and answered busy meanwhile, orphans nothing", async () => {
    const all = names(2);
    const holder = await fixture.client().locks.acquire(all[1] as string);
    const { locks, network } = await fixture.warmClient({ timeoutMs: 200 });
    await (await locks.acquireAll(names(2))).release();
    network.fail({ action: "delay-request", delayMs: 700 });
    const failed = locks.acquireAll(all, { waitMs: 350 });
    await expect(failed).rejects.toMatchObject({ code: "timeout" });
    await holder.release();
    await new Promise((resolve) => setTimeout(resolve, 600));
    await noneHeld(all);
  });

  it("P3 everything twice: one lease, nothing left", async () => {
    const all = names(3);
    const twice: typeof fetch = async (input, init) => {
      if (!String(input).includes("/subscribe/")) await (await fetch(input, init)).arrayBuffer();
      return fetch(input, init);
    };
    const { locks } = fixture.client({ fetch: twice });
    const free = await locks.acquireAll(all);
    expect(await free.release()).toBe("released");
    const holder = await fixture.client().locks.acquire(all[1] as string);
    const waiting = locks.acquireAll(all);
    await untilWaiting(fixture, all[1] as string, 1);
    await holder.release();
    expect(await (await waiting).release()).toBe("released");
    await noneHeld(all);
    expect((await look(fixture, all[0] as string)).used).toBe(0);
  });

  it("a repetition by another process with the same attemptId gets the same lease, also after a wait", async () => {
    const all = names(2);
    const attemptId = "attempt-for-all";
    const holder = await fixture.client().locks.acquire(all[1] as string);
    const waiting = fixture.client().locks.acquireAll(all, { attemptId });
    await untilWaiting(fixture, all[1] as string, 1);
    await holder.release();
    const lease = await waiting;
    const again = await fixture.client().locks.acquireAll(all, { attemptId, waitMs: 500 });
    expect([again.owner, again.fence]).toEqual([lease.owner, lease.fence]);
    await lease.release();
  });

  it("losing one of the names is losing the lease, and releasing it frees the others", async () => {
    const all = names(3);
    const { locks } = fixture.client();
    const lease = await locks.acquireAll(all);
    await fixture.client().locks.forceRelease(all[1] as string);
    await lease.extend().catch(() => {});
    expect(lease.signal.aborted).toBe(true);
    await lease.release();
    await noneHeld(all);
  });

  it("one name after the other when one is busy, in the same order whoever asks", async () => {
    const [a, b, c] = names(3).sort() as [string, string, string];
    const holder = await fixture.client().locks.acquire(c);
    const { locks, network } = await fixture.warmClient();
    const waiting = locks.acquireAll([c, b, a]);
    await untilWaiting(fixture, c, 1);
    const single = scriptRequests(network).filter(({ commands: [command] }) => command?.[2] === "5");
    const order = single.map(({ commands }) =>
      [a, b, c].find((name) => about(name)({ path: "", commands: commands as string[][] })),
    );
    expect([...new Set(order)]).toEqual([a, b, c]);
    await holder.release();
    await (await waiting).release();
  });
});
