import { expect, vi } from "vitest";
import { Order } from "../../support/order.ts";
import { Holds } from "./holds.ts";
import type { Scene } from "./scene.ts";

const TTL_MS = 1500;

/**
 * A lease runs out while nothing works, with two clients waiting for it; then everything works again. The holder has
 * to be told in time, nobody may hold while another does, and those who waited have to be served in their order.
 */
export async function passesOver(scene: Scene, stop: () => unknown, goOn: () => unknown): Promise<void> {
  const holder = await scene.warmClient();
  const holds = new Holds();
  const lease = await holder.locks.acquire("stopped", { ttlMs: TTL_MS });
  let asked = 0;
  const countingFetch: typeof fetch = (...request) => {
    asked++;
    return fetch(...request);
  };
  const turns: Promise<number>[] = [];
  for (const waiting of [1, 2]) {
    const { locks } = scene.client({ fetch: countingFetch });
    const options = { ttlMs: 9000, waitMs: 15_000 };
    const turn = locks.request("stopped", options, (lease) => holds.during(lease, async () => lease.fence));
    // Awaited at the end; should it fail before, the test says so then.
    turn.catch(() => {});
    turns.push(turn);
    await vi.waitFor(async () => expect((await holder.locks.inspect("stopped")).waiting).toBe(waiting));
  }

  await stop();
  const askedBefore = asked;
  const order = new Order();
  lease.signal.addEventListener("abort", () => order.note("told"));
  // The fence is the server's time of the grant, and all processes share the machine's clock.
  const expiry = order.after(lease.fence / 1000 + TTL_MS - Date.now(), "true expiry");
  await holds.during(lease, () => expiry);
  expect(order.happened).toEqual(["told", "true expiry"]);
  // Somebody looks for a turn that nobody can give.
  await vi.waitFor(() => expect(asked).toBeGreaterThan(askedBefore), 5000);
  await goOn();

  const fences = [lease.fence, ...(await Promise.all(turns))];
  expect(holds.overlaps()).toEqual([]);
  expect(fences).toEqual(fences.toSorted((a, b) => a - b));
  expect(await lease.release()).toBe("expired");
}
