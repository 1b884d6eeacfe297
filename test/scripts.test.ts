import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { KEY_LOCKING, type Script } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { generate } from "../packages/core/scripts/build-scripts.ts";
import * as generated from "../packages/core/src/lock/scripts.generated.ts";
import { onEveryEngine } from "./support/fixture.ts";

const scripts: Script[] = Object.values(generated);
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

describe("scripts", () => {
  it("are those of the Lua files", () => {
    const file = new URL("../packages/core/src/lock/scripts.generated.ts", import.meta.url);
    expect(readFileSync(file, "utf8"), "stale: pnpm --filter @holdfast/core generate").toBe(generate());
  });

  it.each(scripts.map((script) => [script.name, script] as const))(
    "%s: digests in both dialects",
    (_, script) => {
      expect(script.digest).toBe(sha1(script.source));
      expect(script.keyLockingDigest).toBe(sha1(KEY_LOCKING + script.source));
    },
  );
});

onEveryEngine("scripts", (f) => {
  it.each(scripts.map((script) => [script.name, script] as const))(
    "%s: compiles, and the engine counts the same digest",
    async (_, script) => {
      expect(await f.gateway.command("SCRIPT", "LOAD", script.source)).toBe(script.digest);
    },
  );
});
