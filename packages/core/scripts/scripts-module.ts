/**
 * Makes the module of a folder of Lua scripts: includes resolved, shortened, and the digest that EVALSHA needs computed for
 * both dialects.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { KEY_LOCKING } from "../src/store/script.ts";
import { shortener } from "./shorten-lua.ts";

const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

const INCLUDE = /^--@include (\S+)\n/gm;

/** Names the rule, of the package's `acknowledged.ts`, by which replicas must have what was written. */
const ACKNOWLEDGED = /^--@acknowledged (\w+)$/m;

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The source of a script by its name. */
export type ReadScript = (name: string) => string;

/** Where a package keeps its scripts. */
export interface ScriptFolder {
  readonly folder: URL;
  /** Parts of several scripts, not scripts themselves. The bundle has each of them once. */
  readonly shared: readonly string[];
  /** Scripts that few bundles have: the shortest names go to those of the others. */
  readonly seldom?: readonly string[];
  /** Whose scripts they are. */
  readonly package: string;
  /** From where the module imports the type `Script`. */
  readonly typeFrom: string;
}

export function reader({ folder }: ScriptFolder): ReadScript {
  return (name) => readFileSync(new URL(`${name}.lua`, folder), "utf8");
}

export function scriptsModule(
  { folder, shared, seldom = [], package: owner, typeFrom }: ScriptFolder,
  read: ReadScript,
): string {
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.lua$/, ""))
    .filter((name) => !shared.includes(name))
    .sort();
  const usual = names.filter((name) => !seldom.includes(name));
  const compact = shortener([...shared, ...usual].map(read), seldom.map(read));
  const rules = new Set(names.flatMap((name) => ruleOf(read(name)) ?? []));
  const imports = [
    ...(rules.size > 0 ? [`import { ${[...rules].sort().join(", ")} } from "./acknowledged.ts";`] : []),
    `import type { Script } from "${typeFrom}";`,
  ];
  const parts = shared.map((name) => `const ${name} = ${JSON.stringify(compact(read(name)))};\n`);
  return `// Made from scripts/*.lua by \`pnpm --filter ${owner} generate\`. Do not edit.
${imports.join("\n")}

${parts.join("\n")}
${names.map((name) => script(name, read, compact)).join("\n")}`;
}

function ruleOf(lua: string): string | undefined {
  return ACKNOWLEDGED.exec(lua)?.[1];
}

function script(name: string, read: ReadScript, compact: (lua: string) => string): string {
  const lua = read(name);
  const includes = [...lua.matchAll(INCLUDE)].map(([, part = ""]) => part);
  const plain = lua.includes("--@plain\n") ? "\n  plain: true," : "";
  const rule = ruleOf(lua);
  const acknowledged = rule ? `\n  acknowledged: ${rule},` : "";
  const body = compact(lua.replace(INCLUDE, ""));
  const source = [...includes.map((part) => compact(read(part))), body].join("\n");
  const parts = [...includes, JSON.stringify(body)].join(" + NEWLINE + ");
  return `export const ${camel(name)}Script: Script = {
  name: ${JSON.stringify(name)},
  digest: ${JSON.stringify(sha1(source))},
  keyLockingDigest: ${JSON.stringify(sha1(KEY_LOCKING + source))},${plain}${acknowledged}
  get source() {
    return ${parts.replaceAll("NEWLINE", '"\\n"')};
  },
};
`;
}
