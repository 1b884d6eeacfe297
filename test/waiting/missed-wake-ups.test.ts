import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "@holdfast/core";
import type { FaultRequest } from "@holdfast/gateway";
import { expect, it } from "vitest";
import type { Client } from "../support/fixture.ts";
import { serverMicros } from "../support/server-view.ts";
import {
  enqueue,
  eventually,
  grantedAt,
  listeningClient,
  onEveryEngineAtOnce,
  scriptRequests,
  subscriptions,
  untilWaiting,
  wakeUpAddress,
} from "./queue.ts";

const CLAIM_MS = 500;

onEveryEngineAtOnce("wake-ups that are missed", (fixture) => {
  const scene = async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const waiter = await listeningClient(fixture);
    const [waiting] = await enqueue(fixture, name, [
      () => waiter.locks.acquire(name, { claimMs: CLAIM_MS, waitMs: 6000 }),
    ]);
    return { name, holder, waiter, waiting: waiting as Promise<Lease> };
  };
  /** The stream of this client only: those of others linger. */
  const streamOf = (client: Client) => {
    const { channel } = wakeUpAddress(client.network);
    return ({ path }: FaultRequest) => path === `/subscribe/${channel}`;
  };
  const listeners = async (client: Client) => {
    const { channel } = wakeUpAddress(client.network);
    return Number(((await fixture.gateway.command("PUBSUB", "NUMSUB", channel)) as string[])[1]);
  };
  const release = async (holder: Lease) => {
    const at = (await serverMicros(fixture)) / 1000;
    await holder.release();
    return at;
  };

  it("a stream that breaks is opened again, and the waiter looks in between", async () => {
    const { holder, waiter, waiting } = await scene();
    const before = scriptRequests(waiter.network).length;
    fixture.gateway.faults.inject({ action: "cut-stream", when: streamOf(waiter) });
    await eventually(
      () => subscriptions(waiter.network).length,
      (seen) => seen.toBe(2),
    );
    await eventually(
      () => listeners(waiter),
      (seen) => seen.toBe(1),
    );
    // It has looked, and goes on hearing: the hand-over needs no further request.
    await sleep(100);
    const looked = scriptRequests(waiter.network).length;
    expect(looked).toBeGreaterThan(before);
    expect(looked).toBeLessThan(before + 15);
    const released = await release(holder);
    expect(grantedAt(await waiting) - released).toBeLessThan(CLAIM_MS);
    expect(scriptRequests(waiter.network)).toHaveLength(looked);
  });

  it("a grant that was published while the stream was broken is found by looking, within its window", async () => {
    const { holder, waiter, waiting } = await scene();
    fixture.gateway.faults.inject({ action: "cut-stream", when: streamOf(waiter) });
    const released = await release(holder);
    const lease = await waiting;
    expect(grantedAt(lease) - released).toBeLessThan(CLAIM_MS);
    expect(lease.remainingMs()).toBeGreaterThan(0);
  });

  it("a stream that does not come back while the turn comes does not cost the turn", async () => {
    const { holder, waiter, waiting } = await scene();
    fixture.gateway.faults.inject({
      action: "hang",
      times: Number.POSITIVE_INFINITY,
      when: streamOf(waiter),
    });
    fixture.gateway.faults.inject({ action: "cut-stream", when: streamOf(waiter) });
    await eventually(
      () => subscriptions(waiter.network).length,
      (seen) => seen.toBe(2),
    );
    const released = await release(holder);
    // Granted once, taken within the window: not a second grant after a lost one.
    expect(grantedAt(await waiting) - released).toBeLessThan(CLAIM_MS);
  });

  it.each([1, 2])(
    "a grant at place %i that was published while the first stream was being opened is found once it is open",
    async (place) => {
      const name = fixture.name();
      const holder = await fixture.client().locks.acquire(name);
      const before = place === 1 ? [] : [await listeningClient(fixture)];
      const waiter = fixture.client();
      fixture.gateway.faults.inject({
        action: "delay-request",
        delayMs: 200,
        when: ({ path }) => path.startsWith("/subscribe/"),
      });
      const waits = await enqueue(
        fixture,
        name,
        [...before, waiter].map(
          ({ locks }) =>
            () =>
              locks.acquire(name),
        ),
      );
      const last = waits.pop() as Promise<Lease>;
      await holder.release();
      for (const wait of waits) await (await wait).release();
      const passedOn = (await serverMicros(fixture)) / 1000;
      const lease = await last;
      // Granted while nobody heard, and not again after its claim window.
      expect(grantedAt(lease)).toBeLessThan(passedOn);
      expect(scriptRequests(waiter.network)).toHaveLength(2);
    },
  );

  it("all waits of a client learn that the stream broke", async () => {
    const names = [fixture.name(), fixture.name(), fixture.name()];
    const holders = await Promise.all(names.map((name) => fixture.client().locks.acquire(name)));
    const waiter = await listeningClient(fixture);
    const waiting = names.map((name) => waiter.locks.acquire(name, { claimMs: CLAIM_MS }));
    for (const name of names) await untilWaiting(fixture, name, 1);
    fixture.gateway.faults.inject({ action: "cut-stream", when: streamOf(waiter) });
    const released = await serverMicros(fixture);
    await Promise.all(holders.map((holder) => holder.release()));
    for (const lease of await Promise.all(waiting))
      expect(grantedAt(lease) - released / 1000).toBeLessThan(CLAIM_MS);
    expect(subscriptions(waiter.network).length).toBeLessThanOrEqual(2);
  });

  it("news that nobody carried is found when the window's waiter looks, or costs one window", async () => {
    // Pub/sub keeps nothing: the line is lost although the stream looks whole.
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name, { ttlMs: 1500 });
    let deaf = false;
    const waiter = await listeningClient(fixture, {
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        if (!String(input).includes("/subscribe/") || !answer.body) return answer;
        const muted = new TransformStream<Uint8Array, Uint8Array>({
          transform: (line, out) => void (deaf || out.enqueue(line)),
        });
        return new Response(answer.body.pipeThrough(muted), answer);
      },
    });
    const [first, second] = await enqueue(fixture, name, [
      () => waiter.locks.acquire(name, { claimMs: CLAIM_MS, waitMs: 6000 }),
      () => fixture.client().locks.acquire(name, { claimMs: CLAIM_MS, waitMs: 6000 }),
    ]);
    deaf = true;
    const released = await release(holder);
    const next = (await second) as Lease;
    expect(grantedAt(next) - released).toBeLessThan(CLAIM_MS + 300);
    await next.release();
    // The deaf one looks when the lease it knew of would have ended, and queues again.
    const late = (await first) as Lease;
    expect(late.fence).toBeGreaterThan(next.fence);
    await late.release();
  });
});
