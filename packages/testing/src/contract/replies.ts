import type { Reply } from "@holdfast/core";
import { expect, it } from "vitest";
import type { ContractClients } from "./clients.ts";
import { scriptOf } from "./script.ts";

/** What a client library or a proxy is tempted to make something else of. */
const TEXTS = [
  "",
  " ",
  "OK",
  "null",
  "true",
  "1",
  "007",
  "1.0",
  "1e21",
  "12345678901234567890",
  "[1,2]",
  '{"a":"1"}',
  '"quoted"',
  "T0s=",
  "a,b",
  "line\nbreak\r\n",
  "\u0000\u0001",
  "%20+%",
  "ключ 🔑",
  "x".repeat(100_000),
];

export function repliesContract({ store, name }: ContractClients): void {
  it.each(TEXTS.map((text) => ({ text, shown: JSON.stringify(text).slice(0, 40) })))(
    "text $shown arrives as it left, and comes back as it was",
    async ({ text }) => {
      const { run } = await store();
      const key = `${name()}-${text.slice(0, 20)}`;
      const echo = await scriptOf("return { KEYS[1], ARGV[1], #ARGV[1] }");
      expect(await run(echo, [key], [text])).toEqual([key, text, new TextEncoder().encode(text).length]);
    },
  );

  it.each([
    ["return 0", 0],
    ["return -1", -1],
    // The last 48 before 2^53 are read wrongly by some clients; as microseconds that is in the year 2255.
    ["return 9007199254740900", 9007199254740900],
    ["return nil", null],
    ["return false", null],
    ["return 'text'", "text"],
    ["return {}", []],
    ["return { 1, 'two', { 3, {} }, false }", [1, "two", [3, []], null]],
    ["return { 'OK' }", ["OK"]],
    ["return redis.status_reply('PONG')", "PONG"],
    ["return redis.status_reply('OK')", "OK"],
  ] satisfies [string, Reply][])("%s answers %j", async (source, reply) => {
    expect(await (await store()).run(await scriptOf(source), [name()], [])).toEqual(reply);
  });

  it("any number of keys and arguments arrive in their order", async () => {
    const { run } = await store();
    const keys = Array.from({ length: 500 }, (_, i) => `{${name()}}-${i}`.replace(/\{[^}]*\}/, `{${i % 1}}`));
    const args = Array.from({ length: 1000 }, (_, i) => String(i));
    const script = await scriptOf("return { #KEYS, KEYS[500], #ARGV, ARGV[1], ARGV[1000] }");
    expect(await run(script, keys, args)).toEqual([500, keys[499], 1000, "0", "999"]);
    expect(await run(await scriptOf("return { #KEYS, #ARGV }"), [], [])).toEqual([0, 0]);
  });
}
