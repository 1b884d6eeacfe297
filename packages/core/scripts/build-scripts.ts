/**
 * Turns src/lock/scripts/*.lua into src/lock/scripts.generated.ts: includes resolved, comments dropped, and the
 * digest that EVALSHA needs computed for both dialects. Run by `pnpm build`; a test fails when the file is stale.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { KEY_LOCKING } from "../src/store/script.ts";

const folder = new URL("../src/lock/scripts/", import.meta.url);
const target = new URL("../src/lock/scripts.generated.ts", import.meta.url);
const read = (name: string) => readFileSync(new URL(`${name}.lua`, folder), "utf8");
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

function compact(lua: string): string {
  return lua
    .replace(/^--@include (\S+)$/gm, (_, name: string) => read(name))
    .split("\n")
    .map((line) => line.replace(/(^|\s)--.*$/, "").trim())
    .filter((line) => line !== "")
    .join("\n");
}

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const included = new Set(["record"]);
const names = readdirSync(folder)
  .map((file) => file.replace(/\.lua$/, ""))
  .filter((name) => !included.has(name))
  .sort();

export function generate(): string {
  const scripts = names.map((name) => {
    const source = compact(read(name));
    const script = { name, source, digest: sha1(source), keyLockingDigest: sha1(KEY_LOCKING + source) };
    return `export const ${camel(name)}Script: Script = ${JSON.stringify(script, null, 2)};\n`;
  });
  return `// Made from scripts/*.lua by \`pnpm --filter @holdfast/core generate\`. Do not edit.\nimport type { Script } from "../store/script.ts";\n\n${scripts.join("\n")}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(target, generate());
