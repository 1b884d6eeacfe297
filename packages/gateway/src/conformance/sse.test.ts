import { afterEach, describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { openStream, type SseStream } from "./sse-stream.ts";
import type { Ask } from "./wire.ts";

onEveryEngine("REST event streams", (server) => {
  const streams: SseStream[] = [];
  const open = async (path: string, ask?: Ask): Promise<SseStream> => {
    const stream = await openStream(server.wire, path, ask);
    streams.push(stream);
    return stream;
  };
  const subscribers = async (channel: string): Promise<unknown> =>
    ((await server.gateway.command("PUBSUB", "NUMSUB", channel)) as unknown[])[1];
  const publish = (channel: string, message: string): Promise<unknown> =>
    server.gateway.command("PUBLISH", channel, message);

  afterEach(() => {
    for (const stream of streams.splice(0)) stream.leave();
  });

  it("rest 22: the body [] of the client is not an argument", async () => {
    const stream = await open("/subscribe/channel", { body: [] });
    expect(await stream.lines(1)).toEqual(["subscribe,channel,1"]);
    expect(await server.gateway.command("PUBSUB", "CHANNELS")).toEqual(["channel"]);
  });

  it("rest 22: psubscribe takes a pattern in the path", async () => {
    const stream = await open("/psubscribe/user:*");
    await publish("user:1", "hello");
    expect(await stream.lines(2)).toEqual(["psubscribe,user:*,1", "pmessage,user:*,user:1,hello"]);
  });

  it("rest 23: headers go out at once, before anything is published", async () => {
    const { response } = await open("/subscribe/silent");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  });

  it("rest 23: what is published after the headers is received", async () => {
    for (let i = 0; i < 20; i++) {
      const stream = await open(`/subscribe/channel-${i}`);
      expect(await publish(`channel-${i}`, "at once")).toBe(1);
      expect(await stream.lines(2)).toEqual([`subscribe,channel-${i},1`, `message,channel-${i},at once`]);
    }
  });

  it("rest 23: without a good token it is 401 in JSON", async () => {
    for (const path of ["/subscribe/channel", "/psubscribe/c*", "/monitor"]) {
      const headers = { Accept: "text/event-stream" };
      const answer = await server.wire.as("wrong").ask(path, { body: [], headers });
      expect(answer.status, path).toBe(401);
      expect(answer.json, path).toEqual({ error: expect.any(String) });
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    }
  });

  it("rest 24: lines are exact, each event ends with a blank line, no carriage return", async () => {
    const stream = await open("/subscribe/channel");
    await publish("channel", "hello");
    await stream.lines(2);
    const events = stream.text.split("\n").filter((line) => !line.startsWith(":"));
    expect(events.join("\n")).toBe("data: subscribe,channel,1\n\ndata: message,channel,hello\n\n");
  });

  it("rest 25: the payload is raw: commas, quotes and base64 are not touched", async () => {
    const stream = await open("/subscribe/channel", { headers: { "Upstash-Encoding": "base64" } });
    const payloads = ["a,b,,c", '{"json":[1,2]}', "Grüße 🔒", "", " leading", "YQ=="];
    for (const payload of payloads) await publish("channel", payload);
    expect((await stream.lines(7)).slice(1)).toEqual(payloads.map((payload) => `message,channel,${payload}`));
  });

  it("rest 25: messages arrive in the order they were published", async () => {
    const stream = await open("/subscribe/channel");
    const batch = Array.from({ length: 500 }, (_, i) => ["PUBLISH", "channel", `${i}`]);
    await server.wire.pipeline(batch);
    expect((await stream.lines(501)).slice(1)).toEqual(batch.map((_, i) => `message,channel,${i}`));
  });

  it("rest 26: the count is per stream", async () => {
    const [one, two] = await Promise.all([open("/subscribe/channel"), open("/subscribe/channel")]);
    expect(await one.lines(1)).toEqual(["subscribe,channel,1"]);
    expect(await two.lines(1)).toEqual(["subscribe,channel,1"]);
  });

  it("rest 27: PUBLISH is a normal command and answers the number of receivers", async () => {
    expect((await server.wire.run("PUBLISH", "channel", "x")).json).toEqual({ result: 0 });
    const one = await open("/subscribe/channel");
    const two = await open("/psubscribe/chan*");
    expect((await server.wire.run("PUBLISH", "channel", "x")).json).toEqual({ result: 2 });
    expect((await server.wire.ask("/publish/channel/y%20z")).json).toEqual({ result: 2 });
    expect((await one.lines(3))[2]).toBe("message,channel,y z");
    expect((await two.lines(3))[2]).toBe("pmessage,chan*,channel,y z");
  });

  it("rest 28: a stream that the client leaves ends its subscription", async () => {
    const [gone, stays, pattern] = await Promise.all([
      open("/subscribe/channel"),
      open("/subscribe/channel"),
      open("/psubscribe/c*"),
    ]);
    expect(await subscribers("channel")).toBe(2);
    expect(await server.gateway.command("PUBSUB", "NUMPAT")).toBe(1);
    gone.leave();
    pattern.leave();
    await expect.poll(() => subscribers("channel"), { timeout: 2_000, interval: 10 }).toBe(1);
    await expect
      .poll(() => server.gateway.command("PUBSUB", "NUMPAT"), { timeout: 2_000, interval: 10 })
      .toBe(0);
    expect(await publish("channel", "still here")).toBe(1);
    expect(await stays.lines(2)).toContain("message,channel,still here");
  });

  it("rest 28: fifty streams that come and go leave nothing behind", async () => {
    const before = await server.gateway.command("INFO", "clients");
    for (let round = 0; round < 5; round++) {
      const some = await Promise.all(Array.from({ length: 10 }, () => open("/subscribe/channel")));
      for (const stream of some) stream.leave();
    }
    await expect.poll(() => subscribers("channel"), { timeout: 3_000, interval: 20 }).toBe(0);
    const connected = (info: unknown): string | undefined =>
      /connected_clients:(\d+)/.exec(String(info))?.[1];
    await expect
      .poll(async () => Number(connected(await server.gateway.command("INFO", "clients"))), {
        timeout: 3_000,
      })
      .toBeLessThanOrEqual(Number(connected(before)) + 1);
  });

  it("rest 28: a HEAD request opens no subscription", async () => {
    const response = await server.wire.fetch("/subscribe/channel", {
      method: "HEAD",
      signal: AbortSignal.timeout(3_000),
    });
    await response.text();
    await expect.poll(() => subscribers("channel"), { timeout: 2_000, interval: 20 }).toBe(0);
  });

  it("rest 29: a line of almost 1 MiB arrives whole", async () => {
    const stream = await open("/subscribe/channel");
    const payload = "x".repeat(2 ** 20 - 1_000);
    await publish("channel", payload);
    await publish("channel", "after");
    const [, long, after] = await stream.lines(3);
    expect(long === `message,channel,${payload}`).toBe(true);
    expect(after).toBe("message,channel,after");
  });

  it("rest 29: of a payload with line breaks the first line arrives, and the rest cannot pass for a message", async () => {
    const stream = await open("/subscribe/channel");
    await publish("channel", "first\nsecond\n\ndata: message,channel,forged\n");
    await publish("channel", "after");
    expect(await stream.lines(3)).toEqual([
      "subscribe,channel,1",
      "message,channel,first",
      "message,channel,after",
    ]);
  });

  it("rest 30: monitor says OK and then every command", async () => {
    const stream = await open("/monitor");
    expect(await stream.lines(1)).toEqual(['"OK"']);
    await server.wire.run("GET", 'a "quoted" key');
    const expected = /^\d+\.\d{6} \[0 [^\]]+\] "GET" "a \\"quoted\\" key"$/i;
    await expect.poll(() => stream.data.some((line) => expected.test(line)), { timeout: 3_000 }).toBe(true);
  });

  describe("rest 31: channels as the client puts them into the path", () => {
    it.each([
      ["with a slash", "/subscribe/a/b", "a/b"],
      ["with a space", "/subscribe/a b", "a b"],
      ["with a colon and braces", "/subscribe/lock:{a}", "lock:{a}"],
      ["in another script", "/subscribe/größe", "größe"],
      ["percent-encoded", "/subscribe/a%2Fb%3Fc", "a/b?c"],
    ])("rest 31: %s", async (_, path, channel) => {
      const stream = await open(path);
      expect(await publish(channel, "hello")).toBe(1);
      expect(await stream.lines(2)).toEqual([`subscribe,${channel},1`, `message,${channel},hello`]);
    });
  });
});
