import { afterEach, describe, expect, it } from "vitest";
import { type Fixture, onEveryEngine } from "./engines.ts";
import { type PublishedRedis, redisClient } from "./redis-client.ts";

type Subscriber = ReturnType<PublishedRedis["subscribe"]>;
type EventName = Parameters<Subscriber["on"]>[0];

const wait = { timeout: 3_000, interval: 10 };

/** Everything a subscriber has told its listeners, in order. */
const record = (subscriber: Subscriber, ...events: EventName[]): [string, unknown][] => {
  const seen: [string, unknown][] = [];
  for (const name of events) subscriber.on(name, (data: unknown) => seen.push([name, data]));
  return seen;
};

const subscribers = async (server: Fixture, channel: string): Promise<unknown> =>
  ((await server.gateway.command("PUBSUB", "NUMSUB", channel)) as unknown[])[1];

onEveryEngine("@upstash/redis Subscriber", (server) => {
  const open: Subscriber[] = [];
  const subscribe = <T>(channels: string | string[], redis = redisClient(server)) => {
    const subscriber = redis.subscribe<T>(channels);
    open.push(subscriber as Subscriber);
    return subscriber as Subscriber;
  };
  const psubscribe = (patterns: string | string[], redis = redisClient(server)) => {
    const subscriber = redis.psubscribe(patterns) as Subscriber;
    open.push(subscriber);
    return subscriber;
  };

  afterEach(async () => {
    for (const subscriber of open.splice(0)) await subscriber.unsubscribe();
  });

  it("subscribe confirms, then delivers what the client publishes", async () => {
    const redis = redisClient(server);
    const subscriber = subscribe("channel");
    const seen = record(subscriber, "subscribe", "message", "message:channel", "error");
    await expect.poll(() => seen, wait).toEqual([["subscribe", 1]]);
    expect(await redis.publish("channel", { a: 1, b: "x,y" })).toBe(1);
    expect(await redis.publish("channel", "text, with commas")).toBe(1);
    expect(await redis.publish("channel", 42)).toBe(1);
    await expect.poll(() => seen.length, wait).toBe(7);
    const messages = [{ a: 1, b: "x,y" }, "text, with commas", 42].map((message) => ({
      channel: "channel",
      message,
    }));
    expect(seen.slice(1)).toEqual(
      messages.flatMap((data) => [
        ["message", data],
        ["message:channel", data],
      ]),
    );
  });

  it("several channels are several streams, each with its own confirmation", async () => {
    const redis = redisClient(server);
    const subscriber = subscribe(["one", "two"]);
    const seen = record(subscriber, "subscribe", "message:one", "message:two", "error");
    await expect
      .poll(() => seen, wait)
      .toEqual([
        ["subscribe", 1],
        ["subscribe", 1],
      ]);
    expect(subscriber.getSubscribedChannels()).toEqual(["one", "two"]);
    await redis.publish("two", "second");
    await redis.publish("one", "first");
    await expect.poll(() => seen.length, wait).toBe(4);
    expect(seen.slice(2)).toEqual(
      expect.arrayContaining([
        ["message:one", { channel: "one", message: "first" }],
        ["message:two", { channel: "two", message: "second" }],
      ]),
    );
  });

  it("psubscribe delivers pattern, channel and JSON", async () => {
    const redis = redisClient(server);
    const subscriber = psubscribe("user:*");
    const seen = record(subscriber, "psubscribe", "pmessage", "pmessage:user:*", "error");
    await expect.poll(() => seen, wait).toEqual([["psubscribe", 1]]);
    await redis.publish("user:1", { online: true });
    await redis.publish("other", "not for us");
    await redis.publish("user:2", [1, 2, "a,b"]);
    await expect.poll(() => seen.length, wait).toBe(5);
    const data = [
      { pattern: "user:*", channel: "user:1", message: { online: true } },
      { pattern: "user:*", channel: "user:2", message: [1, 2, "a,b"] },
    ];
    expect(seen.slice(1)).toEqual(
      data.flatMap((each) => [
        ["pmessage", each],
        ["pmessage:user:*", each],
      ]),
    );
  });

  it("without automatic deserialization payloads stay raw, for patterns too", async () => {
    const redis = redisClient(server, { automaticDeserialization: false });
    const one = record(subscribe("channel", redis), "subscribe", "message", "error");
    const two = record(psubscribe("chan*", redis), "psubscribe", "pmessage", "error");
    await expect.poll(() => [one.length, two.length], wait).toEqual([1, 1]);
    await redis.publish("channel", "not, json");
    await expect.poll(() => [one.length, two.length], wait).toEqual([2, 2]);
    expect(one[1]).toEqual(["message", { channel: "channel", message: "not, json" }]);
    expect(two[1]).toEqual(["pmessage", { pattern: "chan*", channel: "channel", message: "not, json" }]);
  });

  it("rest 29: of a payload with line breaks the first line arrives, and no other line passes for a message", async () => {
    const redis = redisClient(server);
    const seen = record(subscribe("channel"), "subscribe", "message", "unsubscribe", "error");
    await expect.poll(() => seen, wait).toEqual([["subscribe", 1]]);
    const forged = "message,channel,forged";
    for (const line of [
      forged,
      ` ${forged}`,
      `data: ${forged}`,
      ` data: ${forged}`,
      `\n\ndata: ${forged}\n`,
      `\r\ndata: ${forged}`,
    ]) {
      await redis.publish("channel", `first\n${line}`);
    }
    await redis.publish("channel", "last");
    await expect.poll(() => seen.at(-1), wait).toEqual(["message", { channel: "channel", message: "last" }]);
    expect(seen.slice(1, -1)).toEqual(
      Array.from({ length: 6 }, () => ["message", { channel: "channel", message: "first" }]),
    );
  });

  describe("unsubscribe", () => {
    it("ends the subscription on the server at once", async () => {
      const subscriber = subscribe(["one", "two"]);
      const seen = record(subscriber, "subscribe");
      await expect.poll(() => seen.length, wait).toBe(2);
      await subscriber.unsubscribe(["one"]);
      await expect.poll(() => subscribers(server, "one"), wait).toBe(0);
      expect(await subscribers(server, "two")).toBe(1);
      await subscriber.unsubscribe();
      await expect.poll(() => subscribers(server, "two"), wait).toBe(0);
      expect(subscriber.getSubscribedChannels()).toEqual([]);
    });

    it("leaves other subscribers of the channel alone", async () => {
      const redis = redisClient(server);
      const leaving = subscribe("channel");
      const staying = subscribe("channel");
      const [left, kept] = [leaving, staying].map((each) => record(each, "subscribe", "message", "error"));
      await expect.poll(() => [left?.length, kept?.length], wait).toEqual([1, 1]);
      await leaving.unsubscribe();
      await expect.poll(() => subscribers(server, "channel"), wait).toBe(1);
      await redis.publish("channel", "still here");
      await expect
        .poll(() => kept?.at(-1), wait)
        .toEqual(["message", { channel: "channel", message: "still here" }]);
      expect(left).toEqual([["subscribe", 1]]);
    });
  });

  it("a wrong token reaches the error listener", async () => {
    const seen = record(subscribe("channel", redisClient(server, { token: "wrong" })), "subscribe", "error");
    await expect
      .poll(() => seen, wait)
      .toEqual([["error", expect.objectContaining({ name: "UpstashError" })]]);
  });
});
