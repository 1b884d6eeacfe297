import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";

const flagged = (body: string): string => `#!lua flags=allow-key-locking\n${body}`;
const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

onEveryEngine("allow-key-locking", (server) => {
  const evaluate = (body: string, keys: string[] = [], args: string[] = []) =>
    server.wire.run("EVAL", flagged(body), `${keys.length}`, ...keys, ...args);

  describe("with every key named", () => {
    const body = `
      redis.call('SET', KEYS[1], ARGV[1])
      redis.call('INCRBY', KEYS[2], 2)
      return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])}`;
    const keysAndArgs = ["2", "text", "count", "value"];

    it("works over EVAL", async () => {
      const answer = await server.wire.run("EVAL", flagged(body), ...keysAndArgs);
      expect(answer).toMatchObject({ status: 200, json: { result: ["value", "2"] } });
    });

    it("works over EVALSHA with the digest of the script as the client wrote it", async () => {
      const script = flagged(body);
      const error = "NOSCRIPT No matching script. Please use EVAL.";
      expect((await server.wire.run("EVALSHA", sha1(script), ...keysAndArgs)).json).toEqual({ error });
      await server.wire.run("EVAL", script, ...keysAndArgs);
      expect((await server.wire.run("EVALSHA", sha1(script), ...keysAndArgs)).json).toEqual({
        result: ["value", "4"],
      });
      expect((await server.wire.run("evalsha", sha1(script).toUpperCase(), ...keysAndArgs)).status).toBe(200);
    });

    it("SCRIPT LOAD answers that digest and SCRIPT EXISTS knows it, until SCRIPT FLUSH", async () => {
      const script = flagged(body);
      expect((await server.wire.run("SCRIPT", "LOAD", script)).json).toEqual({ result: sha1(script) });
      expect((await server.wire.run("script", "exists", sha1(script), sha1("other"))).json).toEqual({
        result: [1, 0],
      });
      expect((await server.wire.run("EVALSHA", sha1(script), ...keysAndArgs)).json).toEqual({
        result: ["value", "2"],
      });
      await server.wire.run("SCRIPT", "FLUSH");
      expect((await server.wire.run("SCRIPT", "EXISTS", sha1(script))).json).toEqual({ result: [0] });
      expect((await server.wire.run("EVALSHA", sha1(script), ...keysAndArgs)).status).toBe(400);
    });

    it("works in a pipeline and in a transaction", async () => {
      const script = flagged(body);
      const commands = [
        ["SCRIPT", "LOAD", script],
        ["EVALSHA", sha1(script), ...keysAndArgs],
        ["EVAL", script, ...keysAndArgs],
      ];
      const results = (first: number) => [
        { result: sha1(script) },
        { result: ["value", `${first}`] },
        { result: ["value", `${first + 2}`] },
      ];
      expect((await server.wire.pipeline(commands)).json).toEqual(results(2));
      await server.wire.run("SCRIPT", "FLUSH");
      expect((await server.wire.multiExec(commands)).json).toEqual(results(6));
    });

    it("works with Script.exec of @upstash/redis, before and after the engine lost its scripts", async () => {
      const redis = redisClient(server);
      const script = redis.createScript<number>(flagged("return redis.call('INCR', KEYS[1])"));
      expect(await script.exec(["count"], [])).toBe(1);
      expect(await script.exec(["count"], [])).toBe(2);
      await redis.scriptFlush();
      expect(await script.exec(["count"], [])).toBe(3);
      await server.gateway.engine.restart();
      expect(await script.exec(["count"], [])).toBeTypeOf("number");
    });

    it("needs no key for commands without keys", async () => {
      const answer = await evaluate("redis.call('PUBLISH', 'channel', 'x') return #redis.call('TIME')");
      expect(answer.json).toEqual({ result: 2 });
    });

    it("knows a key that is given as a number, and the empty key", async () => {
      expect((await evaluate("return redis.call('INCR', 7)", ["7"])).json).toEqual({ result: 1 });
      expect((await evaluate("return redis.call('GET', KEYS[1])", [""])).json).toEqual({ result: null });
    });
  });

  it("a script without the flag may build its keys", async () => {
    const { json } = await server.wire.run(
      "EVAL",
      "return redis.call('SET', KEYS[1] .. ':other', '1')",
      "1",
      "mine",
    );
    expect(json).toEqual({ result: "OK" });
    await server.wire.run("EVAL", "#!lua\nreturn redis.call('SET', 'another', '1')", "0");
    expect(await server.gateway.command("EXISTS", "mine:other", "another")).toBe(2);
  });

  it("the same body with and without the flag are two scripts", async () => {
    const body = "return redis.call('SET', ARGV[1], '1')";
    await server.wire.run("SCRIPT", "LOAD", flagged(body));
    await server.wire.run("SCRIPT", "LOAD", body);
    expect((await server.wire.run("EVALSHA", sha1(body), "0", "free")).json).toEqual({ result: "OK" });
    expect((await server.wire.run("EVALSHA", sha1(flagged(body)), "0", "other")).status).toBe(400);
    expect(await server.gateway.command("EXISTS", "other")).toBe(0);
  });

  it.each(["allow-key-locking,no-writes", "no-writes,allow-key-locking"])(
    "other flags keep their meaning: %s",
    async (flags) => {
      const script = (body: string): string => `#!lua flags=${flags}\n${body}`;
      await server.gateway.command("SET", "mine", "value");
      expect(
        (await server.wire.run("EVAL", script("return redis.call('GET', KEYS[1])"), "1", "mine")).json,
      ).toEqual({ result: "value" });
      const writing = await server.wire.run(
        "EVAL",
        script("return redis.call('SET', KEYS[1], 'new')"),
        "1",
        "mine",
      );
      expect(writing).toMatchObject({
        status: 400,
        json: { error: expect.stringMatching(/Write commands are not allowed/) },
      });
      expect(
        (await server.wire.run("EVAL", script("return redis.call('GET', 'other')"), "1", "mine")).status,
      ).toBe(400);
    },
  );

  it("an unknown flag is the engine's error still", async () => {
    const { status, json } = await server.wire.run(
      "EVAL",
      "#!lua flags=allow-key-locking,no-such-flag\nreturn 1",
      "0",
    );
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringMatching(/Unexpected flag in script shebang: no-such-flag/) });
  });

  describe("all else is as without the flag", () => {
    it("replies and errors of the engine come through", async () => {
      await server.gateway.command("SET", "text", "value");
      expect((await evaluate("return redis.call('SET', KEYS[1], 'x')", ["mine"])).json).toEqual({
        result: "OK",
      });
      expect((await evaluate("return redis.call('LPUSH', KEYS[1], 'x')", ["text"])).json).toEqual({
        error: expect.stringMatching(/^WRONGTYPE /),
      });
      expect((await evaluate("return redis.pcall('INCR', KEYS[1]).err", ["text"])).json).toEqual({
        result: expect.stringMatching(/^ERR value is not an integer/),
      });
      expect((await evaluate("return redis.error_reply('MYCODE no')")).json).toEqual({ error: "MYCODE no" });
    });

    it("the engine's helpers are there", async () => {
      const body = `
        redis.log(redis.LOG_DEBUG, 'x')
        return {redis.sha1hex('x'), redis.status_reply('FINE').ok, cjson.encode({1}), #cmsgpack.pack({1}), #ARGV}`;
      const { json } = await evaluate(body, [], ["a", "b"]);
      expect(json).toEqual({ result: [sha1("x"), "FINE", "[1]", 2, 2] });
    });

    it("errors name the line the client wrote", async () => {
      const { json } = await evaluate("local a = 1\nlocal b = nil\nreturn a + b");
      expect(json).toEqual({ error: expect.stringMatching(/user_script:4:/) });
    });

    it("a script with Windows line ends runs", async () => {
      const script = "#!lua flags=allow-key-locking\r\nreturn redis.call('INCR', KEYS[1])\r\n";
      expect((await server.wire.run("EVAL", script, "1", "count")).json).toEqual({ result: 1 });
    });
  });
});
