/**
 * Turns src/lock/scripts/*.lua into src/lock/scripts.generated.ts: includes resolved, shortened, and the digest that EVALSHA needs computed for both dialects. Run by `pnpm build`; a test fails when the file is stale.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { KEY_LOCKING } from "../src/store/script.ts";
import { shortener } from "./shorten-lua.ts";

const folder = new URL("../src/lock/scripts/", import.meta.url);
const target = new URL("../src/lock/scripts.generated.ts", import.meta.url);
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

/** Parts of several scripts, not scripts themselves. The bundle has each of them once. */
const shared = ["record", "holders", "queue"];
/** Not for `createLocks`, so its bundle does not pay for their names. */
const SELDOM = ["survey"];
const INCLUDE = /^--@include (\S+)\n/gm;

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The source of a script by its name. */
export type ReadScript = (name: string) => string;

export const readScript: ReadScript = (name) => readFileSync(new URL(`${name}.lua`, folder), "utf8");

/** @param read where the scripts come from, for those who want to see what a change of one does. */
export function generate(read: ReadScript = readScript): string {
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.lua$/, ""))
    .filter((name) => !shared.includes(name))
    .sort();
  const usual = names.filter((name) => !SELDOM.includes(name));
  const compact = shortener([...shared, ...usual].map(read), SELDOM.map(read));
  const parts = shared.map((name) => `const ${name} = ${JSON.stringify(compact(read(name)))};\n`);
  return `// Made from scripts/*.lua by \`pnpm --filter @holdfast/core generate\`. Do not edit.
import type { Script } from "../store/script.ts";

${parts.join("\n")}
${names.map((name) => script(name, read, compact)).join("\n")}`;
}

function script(name: string, read: ReadScript, compact: (lua: string) => string): string {
  const lua = read(name);
  const includes = [...lua.matchAll(INCLUDE)].map(([, part = ""]) => part);
  const plain = lua.includes("--@plain\n") ? "\n  plain: true," : "";
  const body = compact(lua.replace(INCLUDE, ""));
  const source = [...includes.map((part) => compact(read(part))), body].join("\n");
  const parts = [...includes, JSON.stringify(body)].join(" + NEWLINE + ");
  return `export const ${camel(name)}Script: Script = {
  name: ${JSON.stringify(name)},
  digest: ${JSON.stringify(sha1(source))},
  keyLockingDigest: ${JSON.stringify(sha1(KEY_LOCKING + source))},${plain}
  get source() {
    return ${parts.replaceAll("NEWLINE", '"\\n"')};
  },
};
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(target, generate());
