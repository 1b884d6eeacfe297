import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "rolldown/utils";

// The public names of each package are a reviewed text file: whoever adds or removes one sees it in the diff.
// `npm run check:exports -- --update` writes the files anew.

const PACKAGES = fileURLToPath(new URL("../packages", import.meta.url));
const REVIEWED = fileURLToPath(new URL("../test/public-surface", import.meta.url));

interface Manifest {
  name: string;
  private?: boolean;
  exports?: Record<string, string | { types: string; default: string }>;
}

/** The packages that are published. */
export function publishedPackages(): string[] {
  const isPublished = (folder: string) => {
    const file = join(PACKAGES, folder, "package.json");
    return existsSync(file) && !(JSON.parse(readFileSync(file, "utf8")) as Manifest).private;
  };
  return readdirSync(PACKAGES).filter(isPublished).sort();
}

/** The reviewed text of a package's public names; empty when there is none. */
export function reviewedSurface(folder: string): string {
  const file = reviewedFile(folder);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/**
 * The public names of a built package as text: each entry, below it what it exports. Values are what Node really
 * imports under that name; types are what else its declarations export.
 */
export function surfaceOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(PACKAGES, folder, "package.json"), "utf8")) as Manifest;
  const lines: string[] = [];
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === "string") continue;
    const entry = join(manifest.name, subpath);
    const values = importedNames(folder, entry);
    const declared = declaredNames(join(PACKAGES, folder, target.types));
    const untyped = values.filter((name) => !declared.includes(name)).map((name) => `${name} (no type)`);
    const types = declared.filter((name) => !values.includes(name)).map((name) => `type ${name}`);
    const typed = values.filter((name) => declared.includes(name));
    lines.push(entry, ...[...typed, ...untyped, ...types].map((line) => `  ${line}`));
  }
  return `${lines.join("\n")}\n`;
}

/** What a module exports to a user of the package, found by its name and so through its `exports` map. */
function importedNames(folder: string, entry: string): string[] {
  const code = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(entry)}))))`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: join(PACKAGES, folder),
    encoding: "utf8",
    timeout: 30_000,
  });
  return (JSON.parse(output) as string[]).sort();
}

function declaredNames(file: string): string[] {
  const { program, errors } = parseSync(file, readFileSync(file, "utf8"), { lang: "dts" });
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  return program.body
    .flatMap((node) => (node.type === "ExportNamedDeclaration" ? node.specifiers : []))
    .map(({ exported }) => (exported.type === "Literal" ? exported.value : exported.name))
    .sort();
}

function reviewedFile(folder: string): string {
  return join(REVIEWED, `${folder}.txt`);
}

function changes(before: string, after: string): string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

if (process.argv[1] === import.meta.filename) {
  const update = process.argv.includes("--update");
  for (const folder of publishedPackages()) {
    const surface = surfaceOf(folder);
    if (update) writeFileSync(reviewedFile(folder), surface);
    const differs = surface !== reviewedSurface(folder);
    console.log(`${differs ? "FAILED" : "ok"}: ${folder}`);
    if (!differs) continue;
    for (const line of changes(reviewedSurface(folder), surface)) console.log(`  ${line}`);
    console.log("  If this is meant: npm run check:exports -- --update");
    process.exitCode = 1;
  }
}
