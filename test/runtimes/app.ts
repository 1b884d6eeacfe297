import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type OutputOptions, type RolldownOptions, rolldown } from "rolldown";

/** An application that has Holdfast installed as it is published, and its bundles. */
export interface App extends Disposable {
  readonly folder: string;
  /** A program that imports the packages as they are installed. */
  readonly program: string;
  /** The modules of a Worker by path; the first is the main one. */
  readonly worker: ReadonlyMap<string, string>;
  /** The modules of a page: `global.js` is to be loaded. */
  readonly page: string;
  /** One script without imports. */
  readonly script: string;
}

interface Manifest {
  readonly files: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

const HERE = dirname(fileURLToPath(import.meta.url));
const PUBLISHED = ["core", "redis", "upstash", "web-locks"];
/** The clients that the adapters are for. */
const CLIENTS = ["@upstash/redis", "ioredis", "redis"];

/** Builds the application. The packages must have been built. */
export async function buildApp(): Promise<App> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-runtimes-"));
  try {
    for (const name of PUBLISHED) install(folder, name);
    for (const name of CLIENTS) link(folder, name, HERE);
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "app", private: true, type: "module" }),
    );

    // Types off, nothing else: what is imported by name is found where it is installed.
    const source = join(folder, "source");
    const input = ["process", "worker", "global"].map((host) => join(HERE, "hosts", `${host}.ts`));
    await bundle({ input, external: (id) => /^[@\w]/.test(id) }, { dir: source });

    const worker = join(folder, "worker");
    const conditionNames = ["workerd", "worker", "browser", "import", "default"];
    await bundle({ input: join(source, "worker.js"), resolve: { conditionNames } }, { dir: worker });
    const page = join(folder, "page");
    await bundle({ input: join(source, "global.js"), platform: "browser" }, { dir: page });
    const script = join(folder, "script", "global.js");
    const whole = { file: script, format: "iife", codeSplitting: false } as const;
    await bundle({ input: join(source, "global.js"), platform: "browser" }, whole);

    return {
      folder,
      program: join(source, "process.js"),
      worker: modules(worker, "worker.js"),
      page,
      script,
      [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
    };
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

/** What npm would unpack: nothing that is not published can be imported by mistake. */
function install(folder: string, name: string): void {
  const from = fileURLToPath(new URL(`../../packages/${name}`, import.meta.url));
  const to = join(folder, "node_modules", "@holdfast", name);
  const manifest = JSON.parse(readFileSync(join(from, "package.json"), "utf8")) as Manifest;
  for (const dependency of Object.keys(manifest.dependencies ?? {}))
    if (!dependency.startsWith("@holdfast/")) link(folder, dependency, from);
  mkdirSync(to, { recursive: true });
  // The licence is the workspace's: pnpm adds it when it packs.
  for (const file of ["package.json", ...manifest.files])
    if (file !== "LICENSE") cpSync(join(from, file), join(to, file), { recursive: true });
}

/** A package of the registry, as `from` has it. */
function link(folder: string, name: string, from: string): void {
  const to = join(folder, "node_modules", name);
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(join(from, "node_modules", name), to);
}

async function bundle(options: RolldownOptions, output: OutputOptions): Promise<void> {
  // `await using` has to reach the runtime as it is written.
  const target = { transform: { target: "esnext" }, tsconfig: false };
  const build = await rolldown({ platform: "neutral", ...target, ...options });
  await build.write(output);
  await build.close();
}

function modules(folder: string, main: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder).filter((file) => file !== main);
  return new Map([main, ...files].map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}
