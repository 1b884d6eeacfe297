import type { Lease } from "@holdfast/core";
import type { RecordedRequest } from "@holdfast/testing";
import { expect, it, vi } from "vitest";
import { type Client, onEveryEngine } from "../support/fixture.ts";
import { recordEndsAt, serverView } from "../support/server-view.ts";

const FREE = { held: false, remainingMs: 0 };

/** A network that executes every request `times` times and brings the last answer; keeps all answers. */
function repeating(times: number) {
  const answers: string[] = [];
  const fetch: typeof globalThis.fetch = async (...request) => {
    let answer: Response | undefined;
    for (let i = 0; i < times; i++) {
      answer = await globalThis.fetch(...request);
      answers.push(await answer.clone().text());
    }
    return answer as Response;
  };
  return { fetch, answers };
}

/** The request that this client sent last. */
function lastRequest({ network }: Client): RecordedRequest {
  const request = network.requests.at(-1);
  if (!request) throw new Error("nothing was sent");
  return request;
}

onEveryEngine("P3 once", (fixture) => {
  const deliverTimes = async (times: number, request: RecordedRequest) => {
    for (let i = 0; i < times; i++) await fixture.deliver(request);
  };
  const passOn = async (name: string, times: number) => {
    const { locks } = fixture.client();
    for (let i = 0; i < times; i++) expect(await (await locks.acquire(name)).release()).toBe("released");
  };

  it("P3 a lost acquire reply costs one retry and gives the same fence", async () => {
    const name = fixture.name();
    const { fetch, answers } = repeating(1);
    const { locks, events, network } = await fixture.warmClient({ fetch });
    answers.length = 0;
    network.fail({ action: "drop-reply" });
    const lease = await locks.acquire(name, { ttlMs: 3000 });
    expect(answers.map((answer) => answer.includes(String(lease.fence)))).toEqual([true, true]);
    expect(events.map(({ type }) => type)).toEqual(["retried", "acquired"]);
    expect(lease.remainingMs()).toBeGreaterThan(0);
    expect(await lease.release()).toBe("released");
    expect(await serverView(fixture, name)).toMatchObject({ ...FREE, fence: lease.fence });
  });

  it.each([1, 2, 3, 4])("P3 every request executed %i times does what one does", async (times) => {
    const name = fixture.name();
    const { fetch, answers } = repeating(times);
    const { locks } = await fixture.warmClient({ fetch });
    answers.length = 0;
    const lease = await locks.acquire(name, { ttlMs: 3000, metadata: { times } });
    expect(answers).toHaveLength(times);
    expect(answers.every((answer) => answer.includes(String(lease.fence)))).toBe(true);
    expect(await locks.tryAcquire(name)).toBeNull();

    expect(await lease.extend(5000)).toBeGreaterThan(4000);
    const { held, fence, remainingMs } = await serverView(fixture, name);
    expect([held, fence]).toEqual([true, lease.fence]);
    expect(remainingMs).toBeLessThanOrEqual(5000);
    expect((await locks.inspect(name)).holders[0]?.metadata).toEqual({ times });

    expect(await lease.release()).toBe("released");
    expect(await serverView(fixture, name)).toMatchObject({ ...FREE, fence: lease.fence });
    expect((await locks.acquire(name)).fence).toBeGreaterThan(lease.fence);
  });

  it.each([1, 2, 3, 4])("P3 forceRelease executed %i times answers as one does", async (times) => {
    const name = fixture.name();
    const { locks } = await fixture.warmClient({ fetch: repeating(times).fetch });
    const lease = await fixture.client().locks.acquire(name);
    expect(await locks.forceRelease(name)).toBe(true);
    expect(await serverView(fixture, name)).toMatchObject({ ...FREE, fence: lease.fence });
    expect(await locks.forceRelease(name)).toBe(false);
  });

  it("P3 a forceRelease that is repeated spares the lease that came after", async () => {
    const name = fixture.name();
    const breaker = await fixture.warmClient();
    await fixture.client().locks.acquire(name);
    await breaker.locks.forceRelease(name);
    const next = await fixture.client().locks.acquire(name);
    await fixture.deliver(lastRequest(breaker));
    expect(await serverView(fixture, name)).toMatchObject({ held: true, fence: next.fence });
  });

  it("P3 a repeated acquire gets the lease it has: same fence, no later expiry", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient();
    const lease = await client.locks.acquire(name, { ttlMs: 5000, attemptId: "attempt-of-p3" });
    const endsAt = await recordEndsAt(fixture, name);
    await deliverTimes(3, lastRequest(client));
    const again = await fixture.client().locks.acquire(name, { ttlMs: 60_000, attemptId: "attempt-of-p3" });
    expect([again.fence, again.owner]).toEqual([lease.fence, lease.owner]);
    expect(await recordEndsAt(fixture, name)).toBeCloseTo(endsAt, -1);
    expect(again.remainingMs()).toBeLessThanOrEqual(0.99 * 5000 - 2);
    expect(await again.release()).toBe("released");
    expect(await serverView(fixture, name)).toMatchObject({ ...FREE, fence: lease.fence });
  });

  const ends: [string, (lease: Lease) => Promise<unknown>][] = [
    ["released", (lease) => lease.release()],
    ["force-released", ({ name }) => fixture.client().locks.forceRelease(name)],
    [
      "expired",
      ({ name }) => vi.waitFor(async () => expect(await serverView(fixture, name)).toMatchObject(FREE), 5000),
    ],
  ];
  it.each(ends.flatMap(([how, end]) => [0, 10].map((others) => ({ how, end, others }))))(
    "P3 a repeated acquire gets nothing after its lease was $how and $others others had the name",
    async ({ end, others }) => {
      const name = fixture.name();
      const client = await fixture.warmClient();
      const lease = await client.locks.acquire(name, { ttlMs: 500, attemptId: "attempt-of-p3" });
      await end(lease);
      await passOn(name, others);
      await deliverTimes(2, lastRequest(client));
      expect(await serverView(fixture, name)).toMatchObject(FREE);
      const repeated = fixture.client().locks.acquire(name, { attemptId: "attempt-of-p3" });
      await expect(repeated).rejects.toMatchObject({ code: "attempt-ended" });
      expect(await serverView(fixture, name)).toMatchObject(FREE);
    },
  );

  it.each([0, 1, 10, 40])(
    "P3 a lost release reply answers released after %i others had the name",
    async (others) => {
      const name = fixture.name();
      let meanwhile: () => Promise<unknown> = () => Promise.resolve();
      const { locks, network } = await fixture.warmClient({
        fetch: async (...request) => {
          const answer = await fetch(...request);
          await meanwhile();
          return answer;
        },
      });
      const lease = await locks.acquire(name);
      let next: Lease | undefined;
      meanwhile = async () => {
        meanwhile = () => Promise.resolve();
        await passOn(name, others);
        next = await fixture.client().locks.acquire(name);
      };
      network.fail({ action: "drop-reply" });
      expect(await lease.release()).toBe("released");
      expect(await serverView(fixture, name)).toMatchObject({ held: true, fence: next?.fence });
    },
  );

  it("P3 a repeated release spares the lease that came after", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient();
    await (await client.locks.acquire(name)).release();
    const next = await fixture.client().locks.acquire(name);
    const endsAt = await recordEndsAt(fixture, name);
    await deliverTimes(3, lastRequest(client));
    expect(await serverView(fixture, name)).toMatchObject({ held: true, fence: next.fence });
    expect(await recordEndsAt(fixture, name)).toBeCloseTo(endsAt, -1);
  });

  it("P3 a repeated extend adds nothing up and takes nothing back", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient();
    const lease = await client.locks.acquire(name, { ttlMs: 1000 });
    await lease.extend(5000);
    const short = lastRequest(client);
    await deliverTimes(3, short);
    expect((await serverView(fixture, name)).remainingMs).toBeLessThanOrEqual(5000);

    await lease.extend(60_000);
    const endsAt = await recordEndsAt(fixture, name);
    await deliverTimes(3, short);
    expect(await recordEndsAt(fixture, name)).toBeCloseTo(endsAt, -1);
    expect(lease.remainingMs()).toBeGreaterThan(50_000);
  });

  it("P3 a repeated extend does nothing after the lease is over", async () => {
    const name = fixture.name();
    const client = await fixture.warmClient();
    const lease = await client.locks.acquire(name);
    await lease.extend(60_000);
    const extend = lastRequest(client);
    await lease.release();
    await deliverTimes(2, extend);
    expect(await serverView(fixture, name)).toMatchObject(FREE);

    const next = await fixture.client().locks.acquire(name, { ttlMs: 5000 });
    const endsAt = await recordEndsAt(fixture, name);
    await deliverTimes(2, extend);
    expect(await recordEndsAt(fixture, name)).toBeCloseTo(endsAt, -1);
    expect((await serverView(fixture, name)).fence).toBe(next.fence);
  });
});
