import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HOST } from "./ports.ts";

// Runs `wrangler dev` and ends with it and all it has started: when told to, when wrangler dies, and when the process
// that started this one is gone, however it went. It leads a process group, which it takes along.

const STOP_TIMEOUT_MS = 3000;
const VARIABLES = [
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "HOLDFAST_API_KEY",
  "HOLDFAST_HISTORY",
  "HOLDFAST_LOGS",
];

const worker = fileURLToPath(new URL("../../apps/worker", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "holdfast-worker-"));
// As built, so that what runs is what gets deployed; and a copy, since wrangler restarts when its program changes.
const program = join(folder, "program");
cpSync(join(worker, "dist"), program, { recursive: true });
const variables = join(folder, "variables.env");
writeFileSync(variables, VARIABLES.map((name) => `${name}=${JSON.stringify(process.env[name])}\n`).join(""), {
  mode: 0o600,
});

const wrangler = spawn(
  process.execPath,
  [
    join(worker, "node_modules/wrangler/bin/wrangler.js"),
    ...["dev", join(program, "index.js"), "--no-bundle", "--config", join(worker, "wrangler.jsonc")],
    ...["--local", "--ip", HOST, "--port", process.argv[2] ?? ""],
    // Instead of `.dev.vars`: the developer's own settings may name a real database.
    ...["--env-file", variables],
    ...["--persist-to", join(folder, "state")],
    // Any free one: the usual 9229 may be somebody's debugger.
    ...["--inspector-port", "0"],
    ...["--show-interactive-dev-session=false", "--log-level", "warn"],
  ],
  {
    cwd: worker,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      // Nothing is asked, looked up, reported or written to the home folder.
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_CI_DISABLE_CONFIG_WATCHING: "true",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_SEND_ERROR_REPORTS: "false",
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_WRITE_LOGS: "false",
      WRANGLER_REGISTRY_PATH: join(folder, "registry"),
      X_LOCAL_EXPLORER: "false",
      X_LOCAL_OBSERVABILITY: "false",
    },
  },
);

wrangler.once("error", ({ message }) => {
  console.error(message);
  end();
});
wrangler.once("exit", end);
process.once("disconnect", stop);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

function stop(): void {
  wrangler.kill("SIGTERM");
  setTimeout(end, STOP_TIMEOUT_MS);
}

function end(): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } finally {
    // This process included. Killed hard, wrangler would leave workerd behind.
    process.kill(-process.pid, "SIGKILL");
  }
}
