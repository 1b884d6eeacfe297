import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import {
  digestRequests,
  enqueue,
  eventually,
  onEveryEngineAtOnce,
  scriptRequests,
  subscriptions,
  untilWaiting,
  wakeUpAddress,
} from "./queue.ts";

onEveryEngineAtOnce("one stream per client", (fixture) => {
  const listeners = async (channel: string) =>
    Number(((await fixture.gateway.command("PUBSUB", "NUMSUB", channel)) as string[])[1]);

  it("twenty waits share one stream, and who does not wait opens none", async () => {
    const { locks, network } = fixture.client();
    const names = Array.from({ length: 20 }, () => fixture.name());
    const holders = await Promise.all(names.map((name) => fixture.client().locks.acquire(name)));
    await (await locks.acquire(fixture.name())).release();
    expect(await locks.tryAcquire(names[0] ?? "")).toBeNull();
    expect(subscriptions(network)).toHaveLength(0);
    const waiting = names.map((name) => locks.acquire(name));
    for (const name of names) await untilWaiting(fixture, name, 1);
    expect(subscriptions(network)).toHaveLength(1);
    expect(await listeners(wakeUpAddress(network).channel)).toBe(1);
    await Promise.all(holders.map((holder) => holder.release()));
    await Promise.all((await Promise.all(waiting)).map((lease) => lease.release()));
    expect(subscriptions(network)).toHaveLength(1);
  });

  it("the place is taken by the first request, and a look follows the opening of the stream", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const { locks, network } = await fixture.warmClient();
    fixture.gateway.faults.inject({
      action: "delay-reply",
      delayMs: 150,
      when: ({ path }) => path.startsWith("/subscribe/"),
    });
    const waiting = locks.acquire(name);
    await eventually(
      () => network.requests.length,
      (seen) => seen.toBe(3),
    );
    const [place, stream, look] = network.requests;
    expect(place?.commands[0]).toContain("wait");
    expect(stream?.url).toContain("/subscribe/");
    expect(look?.commands).toEqual(place?.commands);
    expect((look?.startedAt ?? 0) - (stream?.startedAt ?? 0)).toBeGreaterThanOrEqual(149);
    await holder.release();
    await (await waiting).release();
  });

  it("an idle stream is closed, on the server too, and the next wait opens another", async () => {
    const name = fixture.name();
    const { locks, network } = fixture.client();
    const wait = async () => {
      const holder = await fixture.client().locks.acquire(name);
      const [waiting] = await enqueue(fixture, name, [() => locks.acquire(name)]);
      await holder.release();
      await (await waiting)?.release();
    };
    await wait();
    const { channel } = wakeUpAddress(network);
    expect(await listeners(channel)).toBe(1);
    await wait();
    expect(subscriptions(network)).toHaveLength(1);
    await eventually(
      () => listeners(channel),
      (seen) => seen.toBe(0),
    );
    await wait();
    expect(subscriptions(network)).toHaveLength(2);
    expect(await listeners(channel)).toBe(1);
  });

  it("a wait of longer than the idle time keeps its stream", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const { locks, network } = fixture.client();
    const [waiting] = await enqueue(fixture, name, [() => locks.acquire(name)]);
    await sleep(2400);
    const before = scriptRequests(network).length;
    await holder.release();
    await waiting;
    expect(scriptRequests(network)).toHaveLength(before);
    expect(subscriptions(network)).toHaveLength(1);
  });

  it("a second permit or read lease of a client that has one costs one request and no stream", async () => {
    for (const verbs of [
      (client: ReturnType<typeof fixture.client>, name: string) =>
        client.locks.semaphore(name, { permits: 2 }),
      (client: ReturnType<typeof fixture.client>, name: string) => client.locks.readWrite(name).read,
    ]) {
      const client = await fixture.warmClient();
      const name = fixture.name();
      await verbs(client, name).acquire();
      const before = digestRequests(client.network).length;
      await verbs(client, name).acquire();
      expect(digestRequests(client.network)).toHaveLength(before + 1);
      expect(subscriptions(client.network)).toHaveLength(0);
    }
  });
});
