import { engines, type TestEngine } from "@holdfast/testing/node";
import { expect, it, vi } from "vitest";
import { onNodes } from "./support/nodes.ts";

const [engine] = engines() as [TestEngine];
const HOUR_MICROS = 3_600_000_000;

onNodes("fences over a quorum", engine, 3, (f) => {
  /** A node that is ahead: its latest fence of the name is of a time that is to come. */
  const putAhead = async (node: number, name: string, fence: number) => {
    const record = `mutex 1 0 ${fence} ${fence} 0 - - 0 - - - 0 0 0 0 0 -`;
    await f.nodes[node]?.gateway.command("SET", `holdfast:{${name}}`, record);
  };

  /** Two leases, the first with a node that is ahead, the second without it. */
  const twoFences = async (writeBack: boolean) => {
    const [a, b] = [f.client({ writeBack }), f.client({ writeBack })];
    const name = f.name();
    await putAhead(2, name, Date.now() * 1000 + HOUR_MICROS);
    // So that the node which is ahead is among the first majority.
    a.networks[0]?.fail({ action: "hang", times: Number.POSITIVE_INFINITY });
    b.networks[2]?.fail({ action: "hang", times: Number.POSITIVE_INFINITY });
    const first = await a.locks.acquire(name);
    await first.release();
    const second = await b.locks.acquire(name);
    await second.release();
    return [first.fence, second.fence] as const;
  };

  it("rise though the node that proposed the highest is gone, since it was written to a majority", async () => {
    const [first, second] = await twoFences(true);
    expect(first).toBeGreaterThan(Date.now() * 1000 + HOUR_MICROS / 2);
    expect(second).toBeGreaterThan(first);
  });

  it("of an inspection are those that were written, not what a node proposed that was late", async () => {
    const { locks, networks } = f.client();
    const name = f.name();
    await putAhead(2, name, Date.now() * 1000 + HOUR_MICROS);
    networks[2]?.fail({ action: "delay-request", delayMs: 300 });
    const lease = await locks.acquire(name);
    await vi.waitFor(async () => {
      const seen = await locks.inspect(name);
      expect(seen.nodes?.every(({ holder }) => holder === seen.holders[0]?.hash)).toBe(true);
      expect(seen.nodes?.[2]?.fence).toBeGreaterThan(lease.fence);
      expect(seen).toMatchObject({ lastFence: lease.fence, holders: [{ fence: lease.fence }] });
    }, 5000);
    await lease.release();
  });

  it("may go back without the write-back: what is lost by that option", async () => {
    const [first, second] = await twoFences(false);
    expect(second).toBeLessThan(first);
  });
});
