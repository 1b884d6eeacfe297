import { type ExecFileException, execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Snippet } from "./markdown.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const LIMIT_MS = 30_000;

/** Where a snippet finds what it speaks of. */
export interface Services {
  readonly gatewayPort: number;
  readonly workerPort: number;
  /** Of a Redis over TCP. */
  readonly redisPort: number;
  readonly token: string;
}

/** Snippets as files, beside the packages that they import. */
export interface SnippetFolder extends AsyncDisposable {
  /** What the compiler complains of; empty if nothing. */
  typeErrors(): Promise<string>;
  /** Runs one as a reader would. @returns its output. @throws Error with its output when it fails. */
  run(snippet: Snippet): Promise<string>;
}

export async function snippetFolder(
  snippets: readonly Snippet[],
  services: Services,
): Promise<SnippetFolder> {
  // Not in a temporary folder of the system: imports are looked up from where a file is.
  const folder = await mkdtemp(join(HERE, ".snippets-"));
  const pathOf = ({ document, line, language }: Snippet) =>
    join(folder, `${document.replaceAll("/", "-")}.${line}.${language === "js" ? "mjs" : language}`);
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: ["*.ts"],
    }),
  );
  // The command line, as if it were installed.
  const commands = join(folder, "bin");
  await mkdir(commands);
  await symlink(join(ROOT, "packages/cli/dist/cli.js"), join(commands, "holdfast"));
  for (const snippet of snippets) {
    // As many lines down as in the document, so that errors name its lines.
    const lead = snippet.language === "sh" ? "" : "\n".repeat(snippet.line - 1);
    await writeFile(pathOf(snippet), lead + atPorts(snippet.code, services));
  }
  return {
    typeErrors: async () => {
      const tsc = join(
        createRequire(join(ROOT, "package.json")).resolve("typescript/package.json"),
        "../bin/tsc",
      );
      const { output, failed } = await execute(process.execPath, [tsc, "-p", folder], ROOT, services);
      return failed ? output : "";
    },
    run: async (snippet) => {
      const path = pathOf(snippet);
      const { output, failed } =
        snippet.language === "sh"
          ? await execute("bash", ["-euo", "pipefail", path], ROOT, services, commands)
          : await execute(process.execPath, ["--no-warnings", path], folder, services);
      if (failed) throw new Error(`${snippet.document}:${snippet.line} ${failed}\n${output}`);
      return output;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The text names the standard ports; the test must not take those from whoever uses them. */
function atPorts(code: string, { gatewayPort, workerPort, redisPort }: Services): string {
  return code
    .replaceAll(/\b(127\.0\.0\.1|localhost):8079\b/g, `127.0.0.1:${gatewayPort}`)
    .replaceAll(/\b(127\.0\.0\.1|localhost):8787\b/g, `127.0.0.1:${workerPort}`)
    .replaceAll(/\b(127\.0\.0\.1|localhost):6379\b/g, `127.0.0.1:${redisPort}`);
}

function execute(
  file: string,
  args: readonly string[],
  cwd: string,
  { gatewayPort, token }: Services,
  commands = "",
): Promise<{ output: string; failed: string | undefined }> {
  const env = {
    ...process.env,
    PATH: `${commands}:${process.env.PATH}`,
    NO_COLOR: "1",
    UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${gatewayPort}`,
    UPSTASH_REDIS_REST_TOKEN: token,
  };
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd, env, timeout: LIMIT_MS },
      (error: ExecFileException | null, stdout, stderr) => {
        const why = error?.killed ? `did not end within ${LIMIT_MS / 1000} s` : `ended with ${error?.code}`;
        resolve({ output: `${stdout}${stderr}`, failed: error ? why : undefined });
      },
    );
  });
}
