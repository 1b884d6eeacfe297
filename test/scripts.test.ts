import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { KEY_LOCKING, type Script } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { generate } from "../packages/core/scripts/build-scripts.ts";
import { shortener } from "../packages/core/scripts/shorten-lua.ts";
import * as generated from "../packages/core/src/lock/scripts.generated.ts";
import { generate as generateCron } from "../packages/cron/scripts/build-scripts.ts";
import * as ofCron from "../packages/cron/src/scripts.generated.ts";
import { onEveryEngine } from "./support/fixture.ts";

const scripts: Script[] = [...Object.values(generated), ...Object.values(ofCron)];
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

describe("scripts", () => {
  it.each([
    ["core", "lock/scripts.generated.ts", generate],
    ["cron", "scripts.generated.ts", generateCron],
  ])("of %s are those of the Lua files", (name, path, make) => {
    const file = new URL(`../packages/${name}/src/${path}`, import.meta.url);
    expect(readFileSync(file, "utf8"), `stale: pnpm --filter @holdfast/${name} generate`).toBe(make());
  });

  it.each(scripts.map((script) => [script.name, script] as const))(
    "%s: digests in both dialects",
    (_, script) => {
      expect(script.digest).toBe(sha1(script.source));
      expect(script.keyLockingDigest).toBe(sha1(KEY_LOCKING + script.source));
    },
  );
});

describe("shortening", () => {
  it("gives variables, functions and fields short names, and leaves texts, libraries and engine names", () => {
    const lua = [
      "-- a comment",
      "local function twice(number_of, field)",
      "  local result = { amount = 2 * number_of } -- why",
      "  return string.format('amount -- %d', result.amount), redis.call('GET', KEYS[1]), result[field], 1 .. - -1",
      "end",
      "return twice(tonumber(ARGV[1]), 'owner'), ({ owner = 1 }).owner",
    ].join("\n");
    const short = shortener([lua])(lua);
    expect(short).not.toMatch(/twice|number_of|field|result|owner|comment|why/);
    expect(short).toContain("string.format('amount -- %d',");
    expect(short).toContain("redis.call('GET',KEYS[1])");
    expect(short).toContain("1 .. - -1");
    expect(short.split("\n")).toHaveLength(lua.split("\n").length - 1);
  });

  it("gives a name the same short one in every part", () => {
    const [first, second] = ["local function shared(one) return one end", "local two = shared(1)"];
    const short = shortener([first, second]);
    const name = /local function (\w+)/.exec(short(first))?.[1];
    expect(short(second)).toContain(`${name}(1)`);
  });

  it("refuses a name that is also a text, since the text may mean it", () => {
    const lua = "local granted = 1\nreturn { 'granted', granted }";
    expect(() => shortener([lua])).toThrow("'granted' is a text and also a name");
    expect(() => shortener(['local granted = 1\nreturn { "granted" }'])).toThrow("single quotes");
  });
});

onEveryEngine("scripts", (f) => {
  it.each(scripts.map((script) => [script.name, script] as const))(
    "%s: compiles, and the engine counts the same digest",
    async (_, script) => {
      expect(await f.gateway.command("SCRIPT", "LOAD", script.source)).toBe(script.digest);
    },
  );
});
