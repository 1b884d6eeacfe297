import { HoldfastError } from "@holdfast/core";
import { expect, it } from "vitest";
import { watchListeners } from "../watch-listeners.ts";
import type { ContractClients } from "./clients.ts";
import { scriptOf } from "./script.ts";

export function runContract({ store, name }: ContractClients): void {
  /** Scripts that no server has seen. */
  const fresh = (source: string) => scriptOf(`${source} -- ${crypto.randomUUID()}`);

  it("a script that the server does not have is brought along; one that it has runs as well", async () => {
    const script = await fresh("return ARGV[1]");
    const first = await store();
    expect(await first.run(script, [name()], ["a"])).toBe("a");
    expect(await first.run(script, [name()], ["b"])).toBe("b");
    expect(await (await store()).run(script, [name()], ["c"])).toBe("c");
  });

  it("many runs at once get their own answers, and the first ones too", async () => {
    const { run } = await store();
    const script = await fresh("return { KEYS[1], ARGV[1] }");
    const key = name();
    const texts = Array.from({ length: 100 }, (_, i) => `answer-${i}`);
    const replies = await Promise.all(texts.map((text) => run(script, [key], [text])));
    expect(replies).toEqual(texts.map((text) => [key, text]));
  });

  it("a script is one step, whoever runs it", async () => {
    const key = name();
    const count = await fresh(
      "local n = tonumber(redis.call('GET', KEYS[1]) or '0') redis.call('SET', KEYS[1], n + 1, 'PX', 60000) return n + 1",
    );
    const stores = await Promise.all([store(), store(), store()]);
    const counts = await Promise.all(
      stores.flatMap(({ run }) => Array.from({ length: 20 }, () => run(count, [key], []))),
    );
    expect(new Set(counts).size).toBe(60);
    expect(Math.max(...(counts as number[]))).toBe(60);
  });

  it("a key of another data type is kind-mismatch, any other error of a script is refused", async () => {
    const { run } = await store();
    const key = name();
    await run(
      await fresh("redis.call('SADD', KEYS[1], 'a') return redis.call('PEXPIRE', KEYS[1], 60000)"),
      [key],
      [],
    );
    await expect(run(await fresh("return redis.call('GET', KEYS[1])"), [key], [])).rejects.toMatchObject({
      code: "kind-mismatch",
    });
    await expect(run(await fresh("return redis.call('NOSUCHCOMMAND')"), [key], [])).rejects.toMatchObject({
      code: "refused",
    });
    await expect(run(await fresh("this is not Lua"), [key], [])).rejects.toMatchObject({ code: "refused" });
  });

  it("P10 an error repeats no key, no argument and no source", async () => {
    const { run } = await store();
    for (const source of [
      "error(ARGV[1])",
      "return redis.call('GET', KEYS[1], ARGV[1])",
      "return redis.error_reply(ARGV[1])",
    ]) {
      const script = await fresh(`local secretOfTheSource = 1 ${source}`);
      const error = await run(script, ["secretKey"], ["SecretArgument"]).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(HoldfastError);
      const shown = `${(error as Error).stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))} ${String((error as Error).cause)}`;
      for (const secret of ["secretKey", "SecretArgument", "secretOfTheSource"])
        expect(shown).not.toContain(secret);
    }
  });

  it("a signal that has aborted sends nothing, and the call rejects with its reason", async () => {
    const { run } = await store();
    const key = name();
    const reason = { any: "reason" };
    const set = await fresh("return redis.call('SET', KEYS[1], '1', 'PX', 60000)");
    await expect(run(set, [key], [], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await run(await fresh("return redis.call('GET', KEYS[1])"), [key], [])).toBeNull();
  });

  it("a signal that aborts on the way ends the call with its reason, never with an answer", async () => {
    const { run } = await store();
    const script = await fresh("return 1");
    await run(script, [name()], []);
    for (const reason of [1, ["granted"], new Error("enough"), new HoldfastError("lost", "another lease")]) {
      const caller = new AbortController();
      const running = run(script, [name()], [], { signal: caller.signal });
      caller.abort(reason);
      await expect(running).rejects.toBe(reason);
    }
  });

  it("onSend is called before a request leaves, and the signal's listeners are gone after it", async () => {
    const { run } = await store();
    const script = await fresh("return 1");
    const { signal } = new AbortController();
    const listeners = watchListeners(signal);
    let sent = 0;
    const options = { signal, onSend: () => sent++, budgetMs: 10_000, attemptMs: 5000 };
    expect(await run(script, [name()], [], options)).toBe(1);
    expect(sent).toBeGreaterThan(0);
    expect(listeners.size).toBe(0);
  });
}
