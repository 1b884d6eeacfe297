import { expect, it, vi } from "vitest";
import { type ClientOptions, onEveryEngine } from "../support/fixture.ts";
import { noStreams } from "../support/no-streams.ts";
import { withoutLooks } from "./without-looks.ts";

const LONG = { waitMs: 15_000 };

onEveryEngine("latch: opening", (f) => {
  it("says what is left, and opens at zero", async () => {
    const latch = f.client().locks.latch(f.name(), { count: 5 });
    expect(await latch.remaining()).toBe(5);
    expect(await latch.countDown()).toBe(4);
    expect(await latch.countDown(3)).toBe(1);
    expect(await latch.remaining()).toBe(1);
    expect(await latch.countDown()).toBe(0);
    expect(await latch.remaining()).toBe(0);
  });

  const ways: [string, ClientOptions][] = [
    ["are woken", {}],
    ["have to ask", { fetch: noStreams }],
  ];
  it.each(ways)("lets all waiters through who %s", async (_, options) => {
    const name = f.name();
    const count = 3;
    const opened: number[] = [];
    const waits = Array.from({ length: 8 }, async (_, i) => {
      const { locks } = f.client(options);
      await locks.latch(name, { count }).wait(LONG);
      opened.push(i);
    });
    await f.client().locks.latch(name, { count }).countDown();
    await f.client().locks.latch(name, { count }).countDown();
    const { locks, network } = f.client(options);
    const late = locks.latch(name, { count });
    const last = late.wait(LONG);
    await vi.waitFor(() => expect(network.requests.length).toBeGreaterThan(1));
    expect(opened).toEqual([]);

    expect(await f.client().locks.latch(name, { count }).countDown()).toBe(0);
    await Promise.all([...waits, last]);
    expect(opened).toHaveLength(8);
  });

  it("wakes its waiters by one stream for all waits, and one more look of each", async () => {
    const name = f.name();
    const { locks, network } = f.client();
    const latch = locks.latch(name, { count: 1 });
    const waits = Array.from({ length: 5 }, () => latch.wait(LONG));
    const streams = () => network.requests.filter(({ url }) => url.includes("/subscribe/")).length;
    await vi.waitFor(() => expect(streams()).toBe(1));
    await f.client().locks.latch(name, { count: 1 }).countDown();
    await Promise.all(waits);
    expect(streams()).toBe(1);
  });

  it("answers at once whoever comes after the opening, with one request and no stream", async () => {
    const name = f.name();
    await f.client().locks.latch(name, { count: 2 }).countDown(2);
    const { locks, network } = await f.warmClient();
    const latch = locks.latch(name, { count: 2 });
    await latch.remaining();
    network.clear();
    await latch.wait(LONG);
    await latch.wait({ waitMs: 0 });
    expect(network.requests.map(({ commands }) => commands[0]?.[0])).toEqual(["EVALSHA", "EVALSHA"]);
  });

  it("stays open however much more is counted", async () => {
    const latch = f.client().locks.latch(f.name(), { count: 2 });
    expect(await latch.countDown(100)).toBe(0);
    expect(await latch.countDown()).toBe(0);
    expect(await latch.countDown(2)).toBe(0);
    expect(await latch.remaining()).toBe(0);
    await latch.wait();
  });

  it("is open for exactly one of many workers who come together to be the last", async () => {
    const name = f.name();
    const count = 20;
    const left = await Promise.all(
      Array.from({ length: count }, () => f.client().locks.latch(name, { count }).countDown()),
    );
    expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  it("is another one in another namespace", async () => {
    const name = f.name();
    const [here, there] = ["here", "there"].map((namespace) =>
      f.client({ namespace }).locks.latch(name, { count: 1 }),
    );
    await here?.countDown();
    expect(await there?.remaining()).toBe(1);
  });

  it.each(["a/b?c#d", "a,b", "a b", "ä{b}", "%2f", "a\nb", "🔒".repeat(200)])(
    "wakes those who wait for %j",
    async (name) => {
      const { locks, network } = f.client({ clock: withoutLooks(), timeoutMs: 5000 });
      await locks.latch(f.name(), { count: 1 }).remaining();
      network.clear();
      const wait = locks.latch(name, { count: 100 }).wait({ waitMs: 10_000 });
      // A look, the stream, another look; the next one only when it is told.
      await vi.waitFor(() => expect(network.requests).toHaveLength(3), 5000);
      await f.client().locks.latch(name, { count: 100 }).countDown(100);
      await wait;
      expect(network.requests).toHaveLength(4);
    },
  );
});
