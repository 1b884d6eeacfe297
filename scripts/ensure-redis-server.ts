import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { redisServerPath } from "../packages/testing/src/node/redis-server-path.ts";

// Half of the suites run on a real redis-server. This gets it where that takes nothing from anybody (root on
// Debian, as in a container) and otherwise says what will not run; in CI a missing one is a failure.

const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

/** What to do elsewhere. */
const HOW_TO_GET_IT = `
  Debian, Ubuntu   sudo apt-get install redis-server
  Fedora           sudo dnf install redis
  Alpine           sudo apk add redis
  macOS            brew install redis`;

if (redisServerPath() === null) {
  const problem = isRootOnDebian() ? install() : "this is not root on Debian, so nothing was installed";
  if (redisServerPath() === null) reportMissing(problem);
}

function isRootOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** Installs the package without its service; answers what went wrong, empty if nothing did. */
function install(): string {
  console.error("redis-server is missing; installing it with apt-get");
  // Debian's packages start their service at once unless this file forbids it: port 6379 is not ours to take.
  const ourPolicy = !existsSync(SERVICE_POLICY);
  if (ourPolicy) writeFileSync(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return (
      aptGet("update") ||
      aptGet("install", "-y", "--no-install-recommends", "redis-server") ||
      keepServiceOff()
    );
  } finally {
    if (ourPolicy) rmSync(SERVICE_POLICY);
  }
}

function aptGet(...args: string[]): string {
  return run("apt-get", ["-qq", ...args]);
}

/** With systemd the package is also enabled: it would start with the next boot. */
function keepServiceOff(): string {
  return existsSync("/run/systemd/system") ? run("systemctl", ["disable", "--quiet", "redis-server"]) : "";
}

function run(command: string, args: string[]): string {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    timeout: 300_000,
  });
  if (status === 0) return "";
  const output = `${stdout ?? ""}${stderr ?? ""}`.trim().split("\n").slice(-5).join("\n");
  return `${command} ${args.join(" ")} failed: ${error?.message ?? `exit ${status}`}\n${output}`;
}

function reportMissing(problem: string): void {
  const isCi = !["", "0", "false"].includes(process.env.CI ?? "");
  console.error(`
${isCi ? "FAILED" : "NOT RUN"}: redis-server is not installed, so every test on a real redis-server is left out.
The same tests run on the embedded Valkey. Reason: ${problem}
To run them all, install it and start again:
${HOW_TO_GET_IT}
`);
  if (isCi) process.exitCode = 1;
}
