import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { AUTH, startTestGateway, type TestGateway } from "../test-client.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ faults: true });
});
afterAll(() => gateway.close());

interface Stream {
  response: Response;
  /** Waits for the next chunk that is no empty one. */
  next(): Promise<string>;
  leave(): void;
}

const open = async (path: string, init: RequestInit = {}): Promise<Stream> => {
  const leaving = new AbortController();
  const response = await fetch(gateway.url + path, {
    method: "POST",
    body: init.method === "GET" ? null : "[]",
    headers: { ...AUTH, accept: "text/event-stream", "upstash-encoding": "base64" },
    signal: leaving.signal,
    ...init,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    response,
    async next() {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) throw new Error("the stream has ended");
      return chunk.value;
    },
    leave: () => leaving.abort(),
  };
};

const publish = (channel: string, message: string) => gateway.result("PUBLISH", channel, message);

describe("/subscribe", () => {
  test("confirms, then carries payloads as they are", async () => {
    const stream = await open("/subscribe/news");
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    expect(await stream.next()).toBe("data: subscribe,news,1\n\n");
    expect(await publish("news", 'a, "b", {"c":1}')).toBe(1);
    expect(await stream.next()).toBe('data: message,news,a, "b", {"c":1}\n\n');
    stream.leave();
  });

  test("headers mean that the subscription is there: what is published next arrives", async () => {
    const stream = await open("/subscribe/at-once");
    expect(await publish("at-once", "x")).toBe(1);
    const text = (await stream.next()) + (await stream.next().catch(() => ""));
    expect(text).toBe("data: subscribe,at-once,1\n\ndata: message,at-once,x\n\n");
    stream.leave();
  });

  test("two streams on one channel both count 1 and both hear", async () => {
    const streams = [await open("/subscribe/both"), await open("/subscribe/both")];
    for (const stream of streams) expect(await stream.next()).toBe("data: subscribe,both,1\n\n");
    expect(await publish("both", "x")).toBe(2);
    for (const stream of streams) expect(await stream.next()).toBe("data: message,both,x\n\n");
    for (const stream of streams) stream.leave();
  });

  test("a client that leaves ends its subscription at once", async () => {
    const stream = await open("/subscribe/leaver");
    await stream.next();
    expect(await publish("leaver", "x")).toBe(1);
    stream.leave();
    await vi.waitFor(async () => expect(await publish("leaver", "x")).toBe(0), {
      timeout: 1000,
      interval: 5,
    });
  });

  test("a hundred streams that leave unread take nothing with them", async () => {
    const streams = await Promise.all(Array.from({ length: 100 }, () => open("/subscribe/crowd")));
    expect(await publish("crowd", "x")).toBe(100);
    for (const stream of streams) stream.leave();
    await vi.waitFor(async () => expect(await publish("crowd", "x")).toBe(0), {
      timeout: 3000,
      interval: 20,
    });
    const clients = String(await gateway.command("CLIENT", "LIST"))
      .trim()
      .split("\n");
    expect(clients.length).toBeLessThan(8);
  });

  test("a channel may hold slashes and escapes, and GET works for EventSource", async () => {
    const stream = await open("/subscribe/a/b%20c", { method: "GET" });
    expect(await stream.next()).toBe("data: subscribe,a/b c,1\n\n");
    expect(await publish("a/b c", "x")).toBe(1);
    stream.leave();
  });

  test("without a channel, or for a client that wants something else, it is 400", async () => {
    expect(await gateway.post("/subscribe/", "[]", { accept: "text/event-stream" })).toMatchObject({
      status: 400,
    });
    expect(await gateway.post("/subscribe", "[]", { accept: "text/event-stream" })).toMatchObject({
      status: 400,
    });
    expect(await gateway.post("/subscribe/c", "[]", { accept: "application/json" })).toMatchObject({
      status: 400,
    });
  });

  test("/publish answers how many heard it", async () => {
    const stream = await open("/subscribe/paper");
    await stream.next();
    expect((await gateway.send("POST", "/publish/paper/hello")).json).toEqual({ result: 1 });
    expect((await gateway.send("POST", "/publish/paper", { body: "raw body" })).json).toEqual({ result: 1 });
    expect(await stream.next()).toContain("data: message,paper,hello\n\n");
    stream.leave();
  });
});

test("/psubscribe names the pattern and the channel", async () => {
  const stream = await open("/psubscribe/user:*");
  expect(await stream.next()).toBe("data: psubscribe,user:*,1\n\n");
  await publish("user:7", '{"a":1}');
  expect(await stream.next()).toBe('data: pmessage,user:*,user:7,{"a":1}\n\n');
  stream.leave();
});

test("/monitor shows what the engine runs", async () => {
  const stream = await open("/monitor");
  expect(await stream.next()).toBe('data: "OK"\n\n');
  await gateway.result("SET", "watched", "v");
  expect(await stream.next()).toMatch(/^data: \d+\.\d+ \[0 [^\]]+\] "SET" "watched" "v"\n\n$/);
  stream.leave();
});

describe("when things break", () => {
  test("cut-stream breaks off an open stream, which the client sees as a failure", async () => {
    const stream = await open("/subscribe/cut");
    await stream.next();
    gateway.faults.inject({ action: "cut-stream" });
    await expect(stream.next()).rejects.toThrow();
    await vi.waitFor(async () => expect(await publish("cut", "x")).toBe(0));
  });

  test("cut-stream waits for the next stream when none is open", async () => {
    gateway.faults.inject({ action: "cut-stream", when: ({ commands }) => commands[0]?.[1] === "later" });
    const spared = await open("/subscribe/spared");
    const stream = await open("/subscribe/later");
    await expect(stream.next().then(() => stream.next())).rejects.toThrow();
    expect(await publish("spared", "x")).toBe(1);
    spared.leave();
  });

  test("an engine that goes away ends its streams", async () => {
    const stream = await open("/subscribe/gone");
    await stream.next();
    await gateway.engine.restart();
    await expect(stream.next()).rejects.toThrow();
    const again = await open("/subscribe/gone");
    expect(await again.next()).toBe("data: subscribe,gone,1\n\n");
    again.leave();
  });
});
