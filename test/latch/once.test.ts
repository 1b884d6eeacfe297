import { expect, it } from "vitest";
import { type Client, onEveryEngine } from "../support/fixture.ts";
import { recordKey } from "../support/server-view.ts";

const isScript = (commands: readonly (readonly string[])[]) => commands[0]?.[0]?.startsWith("EVAL") === true;

onEveryEngine("latch: P3 and P9", (f) => {
  /** A client whose latch script is known to the store: each call is one request. */
  async function warm(): Promise<Client> {
    const client = await f.warmClient();
    await client.locks.latch(f.name(), { count: 1 }).remaining();
    client.network.clear();
    return client;
  }

  it("P3 a countDown whose reply is lost counts once, and the retry is told the same", async () => {
    const { locks, network, events } = await warm();
    const latch = locks.latch(f.name(), { count: 3 });
    network.fail({ action: "drop-reply" });
    expect(await latch.countDown()).toBe(2);
    expect(network.requests).toHaveLength(2);
    expect(events.map((event) => event.type === "retried" && event.during)).toEqual(["latch"]);
    expect(await latch.remaining()).toBe(2);
  });

  it("P3 a countDown that is executed again and late counts once, the opening one too", async () => {
    const name = f.name();
    const { locks, network } = await warm();
    const latch = locks.latch(name, { count: 2 });
    await latch.countDown();
    const [first] = network.requests;
    if (!first) throw new Error("nothing was sent");
    await f.deliver(first);
    expect(await latch.remaining()).toBe(1);
    expect(await latch.countDown()).toBe(0);
    for (const request of network.requests.filter(({ commands }) => isScript(commands)))
      await f.deliver(request);
    expect(await latch.remaining()).toBe(0);
  });

  it("P3 a repetition is told what the first execution was told, after the opening too", async () => {
    const { locks } = f.client();
    const latch = locks.latch(f.name(), { count: 2 });
    const answers = async () => [
      await latch.countDown(1, { attemptId: "first-job" }),
      await latch.countDown(1, { attemptId: "second-job" }),
    ];
    expect(await answers()).toEqual([1, 0]);
    expect(await answers()).toEqual([1, 0]);
  });

  it("P3 an attemptId counts once over all clients: a job that is delivered twice", async () => {
    const name = f.name();
    const count = 5;
    const deliveries = ["job-aaaa", "job-bbbb", "job-aaaa", "job-aaaa", "job-bbbb"];
    await Promise.all(
      deliveries.map((attemptId) => f.client().locks.latch(name, { count }).countDown(1, { attemptId })),
    );
    expect(await f.client().locks.latch(name, { count }).remaining()).toBe(3);
  });

  it("P9 leaves one key, which ends: unfinished, open, and only looked at", async () => {
    const name = f.name();
    const keys = async () => (await f.gateway.command("KEYS", `holdfast:{${name}}*`)) as string[];
    const latch = f.client().locks.latch(name, { count: 2, keepMs: 5000 });
    await latch.remaining();
    await latch.wait({ waitMs: 0 }).catch(() => {});
    expect(await keys()).toEqual([]);
    for (const left of [1, 0]) {
      expect(await latch.countDown()).toBe(left);
      expect(await keys()).toEqual([recordKey(name)]);
      const ttl = (await f.gateway.command("PTTL", recordKey(name))) as number;
      expect(ttl).toBeGreaterThan(3000);
      expect(ttl).toBeLessThanOrEqual(5000);
    }
  });

  it("P9 the greatest keepMs counts, and an opening starts it once", async () => {
    const name = f.name();
    const ttl = async () => (await f.gateway.command("PTTL", recordKey(name))) as number;
    const [short, long] = [2000, 60_000].map((keepMs) => f.client().locks.latch(name, { count: 2, keepMs }));
    await long?.countDown();
    await short?.countDown();
    expect(await ttl()).toBeGreaterThan(50_000);
    await f.gateway.command("PEXPIRE", recordKey(name), "30000");
    await long?.countDown();
    await long?.wait();
    expect(await ttl()).toBeLessThanOrEqual(30_000);
  });

  it("P9 begins anew once it is forgotten", async () => {
    const name = f.name();
    const latch = f.client().locks.latch(name, { count: 1 });
    expect(await latch.countDown()).toBe(0);
    await f.gateway.command("PEXPIRE", recordKey(name), "1");
    await expect.poll(() => latch.remaining()).toBe(1);
  });
});
