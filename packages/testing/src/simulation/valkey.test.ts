import { describe, expect, it } from "vitest";
import { bootValkey } from "./valkey.ts";

async function boot() {
  const hand = { ms: 1_700_000_000_000.25 };
  const valkey = await bootValkey(() => hand.ms);
  return { hand, valkey, connection: valkey.connect() };
}

describe("Valkey under a clock turned by hand", () => {
  it("has the time that it is given, to the microsecond", async () => {
    const { hand, connection } = await boot();
    expect(connection.call("TIME")).toEqual(["1700000000", "250"]);
    hand.ms += 1500;
    expect(connection.call("TIME")).toEqual(["1700000001", "500250"]);
  });

  it("expires keys as the hand moves, and not before", async () => {
    const { hand, connection } = await boot();
    connection.call("SET", "key", "value", "PX", "1000");
    hand.ms += 999;
    expect(connection.call("GET", "key")).toBe("value");
    hand.ms += 2;
    expect(connection.call("GET", "key")).toBeNull();
    expect(connection.call("KEYS", "*")).toEqual([]);
  });

  it("runs scripts, by digest too, and gives errors as values", async () => {
    const { connection } = await boot();
    const digest = connection.call("SCRIPT", "LOAD", "return {KEYS[1], tonumber(ARGV[1]) + 1}");
    expect(connection.call("EVALSHA", String(digest), "1", "a", "41")).toEqual(["a", 42]);
    expect(connection.call("SCRIPT", "FLUSH")).toBe("OK");
    expect(connection.call("EVALSHA", String(digest), "1", "a", "41")).toMatchObject({
      message: expect.stringMatching(/^NOSCRIPT/),
    });
  });

  it("hands published messages to whoever listens, and to nobody who left", async () => {
    const { valkey, connection } = await boot();
    const listener = valkey.connect();
    expect(listener.call("SUBSCRIBE", "channel")).toEqual(["subscribe", "channel", 1]);
    expect(connection.call("PUBLISH", "channel", "héllo")).toBe(1);
    expect(listener.pushed()).toEqual([["message", "channel", "héllo"]]);
    listener.close();
    expect(connection.call("PUBLISH", "channel", "again")).toBe(0);
  });

  it("calls itself another process when it is told to, and keeps its data", async () => {
    const { valkey, connection } = await boot();
    const runId = () =>
      /run_id:(\w{40})\r/.exec(
        String(connection.call("EVAL", "return redis.call('INFO', 'server')", "0")),
      )?.[1];
    connection.call("SET", "key", "value");
    const seen = [runId(), runId()];
    expect(seen[0]).toBe(seen[1]);
    for (let i = 0; i < 2; i++) {
      valkey.renewRunId();
      seen.push(runId());
    }
    expect(new Set(seen).size).toBe(3);
    expect(seen).not.toContain(undefined);
    expect(connection.call("GET", "key")).toBe("value");
  });

  it("keeps bytes as they are", async () => {
    const { connection } = await boot();
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    connection.call("SET", "key", bytes);
    expect(connection.callForBytes("GET", "key")).toEqual(bytes);
    const dump = connection.callForBytes("DUMP", "key");
    expect(connection.call("RESTORE", "copy", "0", dump)).toBe("OK");
    expect(connection.callForBytes("GET", "copy")).toEqual(bytes);
  });
});
