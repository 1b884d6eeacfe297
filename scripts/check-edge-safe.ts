import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";

// Packages that run at the edge must load where Node's modules and globals do not exist, and must do no work when
// they are imported: Workers limit it, and a bundler may only drop what is unused if that is true. What counts is
// what is published, so this reads the built output.

const PACKAGES = fileURLToPath(new URL("../packages", import.meta.url));

/** Which packages run at the edge; of `testing` only the entry that is not for Node. */
const EDGE_PACKAGES: Readonly<Record<string, readonly string[] | "every entry">> = {
  core: "every entry",
  upstash: "every entry",
  protocol: "every entry",
  hono: "every entry",
  client: "every entry",
  dashboard: "every entry",
  "web-locks": "every entry",
  cron: "every entry",
  testing: ["."],
};

/** Nothing but schemas, which zod makes where they are declared: that is their work, and all of it. */
const SCHEMAS_ONLY: ReadonlySet<string> = new Set(["@holdfast/protocol"]);
/** What a schema begins with. */
const SCHEMA_MAKERS = ["z", "keyInfo"];

/** Free variables that only Node has, and `eval`, which Workers refuse. */
const FORBIDDEN_GLOBALS = [
  "process",
  "Buffer",
  "global",
  "require",
  "module",
  "__dirname",
  "__filename",
  "setImmediate",
  "clearImmediate",
  "eval",
];

interface Manifest {
  name: string;
  sideEffects?: boolean;
  exports?: Record<string, string | { default: string }>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** The edge packages that exist. */
export function edgePackages(): string[] {
  return Object.keys(EDGE_PACKAGES).filter((name) => existsSync(join(PACKAGES, name, "package.json")));
}

/** What is wrong with a package of the workspace, one sentence each; empty when all is well. */
export function edgeProblemsOf(name: string): Promise<string[]> {
  return edgeProblems(join(PACKAGES, name), EDGE_PACKAGES[name] ?? "every entry");
}

/** As {@link edgeProblemsOf}, for any folder with a built package. */
export async function edgeProblems(
  folder: string,
  entries: readonly string[] | "every entry" = "every entry",
): Promise<string[]> {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const files = Object.entries(manifest.exports ?? {})
    .filter(([subpath]) => entries === "every entry" || entries.includes(subpath))
    .map(([, target]) => join(folder, typeof target === "string" ? target : target.default))
    .filter((file) => file.endsWith(".js"));
  if (files.length === 0) return ["exports no module"];
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) return missing.map((file) => `${file} is not built: npm run build`);

  const declared = new Set(
    Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    }),
  );
  return [
    ...(manifest.sideEffects === false ? [] : ['package.json does not say "sideEffects": false']),
    ...(manifest.name === "@holdfast/core" ? [...declared].map((name) => `core depends on ${name}`) : []),
    ...(await usageProblems(files, declared)),
    ...(SCHEMAS_ONLY.has(manifest.name) ? [] : await importWork(files)),
  ];
}

/** Node's modules, undeclared modules and Node's globals, wherever in the output they are used. */
async function usageProblems(files: string[], declared: ReadonlySet<string>): Promise<string[]> {
  const imports = new Set<string>();
  const plugin = externals((id) => imports.add(id));
  const marked = (name: string) => `__free_${name}__`;
  // A bundler's `define` replaces free variables only, so a local name, a property or a word in a text is no alarm.
  const define = Object.fromEntries(
    FORBIDDEN_GLOBALS.flatMap((name) => [
      [name, marked(name)],
      [`globalThis.${name}`, marked(name)],
    ]),
  );
  const code = await bundle({ input: files, plugins: [plugin], treeshake: false, transform: { define } });
  const problems: string[] = [];
  for (const id of imports) {
    const name = id
      .split("/")
      .slice(0, id.startsWith("@") ? 2 : 1)
      .join("/");
    if (isBuiltin(id)) problems.push(`imports Node's ${id}`);
    else if (!declared.has(name)) problems.push(`imports ${id}, which package.json does not declare`);
  }
  for (const name of FORBIDDEN_GLOBALS) if (code.includes(marked(name))) problems.push(`uses ${name}`);
  return problems;
}

/** What is left of the package when nothing of it is used. */
async function importWork(files: string[]): Promise<string[]> {
  const entry = "unused-import";
  const plugin: Plugin = {
    name: entry,
    resolveId: (id) => (id === entry ? id : null),
    load: (id) =>
      id === entry ? files.map((file) => `import ${JSON.stringify(file)};`).join("\n") : undefined,
  };
  const code = await bundle({
    input: entry,
    plugins: [plugin, externals(() => {})],
    // Looks into each module instead of believing package.json.
    treeshake: {
      moduleSideEffects: (_id, isExternal) => !isExternal,
      manualPureFunctions: SCHEMA_MAKERS,
    },
  });
  // Other packages are judged by themselves, so a mere import of one is no work of this.
  const work = code.replace(/^\s*(\/\/.*|export \{\s*\};?|import "[^"]*";)$/gm, "").trim();
  return work === "" ? [] : [`does work when imported: ${work.slice(0, 300)}`];
}

/** Leaves every other package out and reports its name. */
function externals(report: (id: string) => void): Plugin {
  return {
    name: "externals",
    resolveId(id) {
      if (/^[./]/.test(id)) return null;
      report(id);
      return { id, external: true };
    },
  };
}

async function bundle(options: Parameters<typeof rolldown>[0]): Promise<string> {
  const build = await rolldown({ ...options, platform: "neutral", logLevel: "silent" });
  try {
    const { output } = await build.generate({ format: "esm" });
    return output.map((file) => (file.type === "chunk" ? file.code : "")).join("\n");
  } finally {
    await build.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const name of edgePackages()) {
    const problems = await edgeProblemsOf(name);
    console.log(`${problems.length === 0 ? "ok" : "FAILED"}: ${name}`);
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
}
