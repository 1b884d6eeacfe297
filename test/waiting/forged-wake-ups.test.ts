import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import {
  enqueue,
  eventually,
  listeningClient,
  look,
  onEveryEngineAtOnce,
  scriptRequests,
  wakeUpAddress,
} from "./queue.ts";

const CLAIM_MS = 300;

onEveryEngineAtOnce("P1 wake-ups that the script did not send", (fixture) => {
  const scene = async (options = {}) => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const waiter = await listeningClient(fixture);
    let settled = false;
    const [waiting] = await enqueue(fixture, name, [
      () =>
        waiter.locks.acquire(name, { claimMs: CLAIM_MS, ...options }).finally(() => {
          settled = true;
        }),
    ]);
    const { channel, nonce } = wakeUpAddress(waiter.network);
    const publish = async (message: string) =>
      expect(await fixture.gateway.command("PUBLISH", channel, message)).toBe(1);
    return {
      name,
      holder,
      waiter,
      waiting: waiting as Promise<Lease>,
      nonce,
      publish,
      settled: () => settled,
    };
  };

  const useless = (nonce: string, now: number): string[] => [
    `granted AAAAAAAAAAAAAAAAAAAAAA 1 ${now} 300`,
    `granted  1 ${now} 300`,
    `granted ${nonce}`,
    `granted ${nonce} 1`,
    `granted ${nonce} 1 ${now}`,
    `granted ${nonce} 1 ${now} -300`,
    `granted ${nonce} 1 ${now} NaN`,
    `granted ${nonce} 1 ${now} Infinity`,
    `granted ${nonce} 1 ${now} 1e9`,
    `granted ${nonce} 1 ${now} 0x1000`,
    `granted ${nonce} 1.5 ${now} 300`,
    `granted ${nonce} 1 ${now} 0`,
    `granted ${nonce} 99999999999999999999 ${now} 300`,
    `GRANTED ${nonce} 1 ${now} 300`,
    `first ${nonce} ${"9".repeat(40)}`,
    "first",
    "",
    " ",
    "granted",
    "{}",
    "ключ 🔑",
    "x".repeat(100_000),
  ];

  it("P1 garbage and foreign nonces grant nothing, and the waiter goes on waiting", async () => {
    const { name, holder, waiting, nonce, publish, settled } = await scene();
    for (const message of useless(nonce, Date.now())) await publish(message);
    await sleep(50);
    expect(settled()).toBe(false);
    expect((await look(fixture, name)).waiting).toBe(1);
    await holder.release();
    const lease = await waiting;
    expect(lease.fence).toBe((await look(fixture, name)).lastFence);
  });

  it("P1 a grant of long ago makes the waiter ask, and it is told the truth", async () => {
    const { name, holder, waiter, waiting, nonce, publish, settled } = await scene();
    // Older than the answer to its enqueueing, and as long as the whole wait: it may not count from that answer.
    const before = scriptRequests(waiter.network).length;
    await publish(`granted ${nonce} 1 ${Date.now() - 60_000} 300`);
    await eventually(
      () => scriptRequests(waiter.network).length,
      (seen) => seen.toBe(before + 1),
    );
    await sleep(20);
    expect(settled()).toBe(false);
    expect((await look(fixture, name)).holders).toMatchObject([{ fence: holder.fence }]);
    await holder.release();
    await waiting;
  });

  it.each([
    ["a window", (now: number) => `${now} 300`],
    ["300,000 years", (now: number) => `${now} 9999999999999999`],
    ["a window in the year 5138", () => "99999999999999 300"],
    ["ever from the year 318857", () => "9999999999999999 9999999999999999"],
  ])(
    "P1 a forged grant of %s with the waiter's own nonce is not relied on for longer than a claim window",
    async (_, times) => {
      const { name, holder, waiting, nonce, publish } = await scene();
      await publish(`granted ${nonce} ${holder.fence + 1} ${times(Date.now())}`);
      const lease = await waiting;
      expect(lease.remainingMs()).toBeLessThanOrEqual(CLAIM_MS);
      await eventually(
        () => lease.signal.aborted,
        (seen) => seen.toBe(true),
      );
      expect((await look(fixture, name)).holders).toMatchObject([{ fence: holder.fence }]);
      await holder.release();
    },
  );

  it("P1 the same wake-up twice is one lease, and the second one grants nothing to the next wait", async () => {
    const { name, holder, waiter, waiting, nonce, publish } = await scene();
    await holder.release();
    const lease = await waiting;
    await publish(`granted ${nonce} ${lease.fence} ${Math.floor(lease.fence / 1000)} ${CLAIM_MS}`);
    const [next] = await enqueue(fixture, name, [() => waiter.locks.acquire(name)]);
    await publish(`granted ${nonce} ${lease.fence} ${Math.floor(lease.fence / 1000)} ${CLAIM_MS}`);
    await lease.release();
    expect((await next)?.fence).toBeGreaterThan(lease.fence);
  });

  it("a false call to the front costs a look at most", async () => {
    const { holder, waiter, waiting, nonce, publish, settled } = await scene();
    const before = scriptRequests(waiter.network).length;
    for (let i = 0; i < 5; i++) await publish(`first ${nonce} 0`);
    await sleep(100);
    expect(scriptRequests(waiter.network).length - before).toBeLessThanOrEqual(5);
    expect(settled()).toBe(false);
    await holder.release();
    await waiting;
  });
});
