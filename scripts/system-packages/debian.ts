import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

export function isRootOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** Installs packages without their services; answers what went wrong, empty if nothing did. */
export function installOnDebian(packages: readonly string[]): string {
  console.error(`${packages.join(" and ")} missing; installing with apt-get`);
  // Debian's packages start their services at once unless this file forbids it: port 6379 is not ours to take.
  const ourPolicy = !existsSync(SERVICE_POLICY);
  if (ourPolicy) writeFileSync(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return (
      aptGet("update") ||
      aptGet("install", "-y", "--no-install-recommends", ...packages) ||
      keepServicesOff(packages)
    );
  } finally {
    if (ourPolicy) rmSync(SERVICE_POLICY);
  }
}

function aptGet(...args: string[]): string {
  return run("apt-get", ["-qq", ...args]);
}

/** With systemd a service is also enabled: it would start with the next boot. */
function keepServicesOff(packages: readonly string[]): string {
  const service = packages.includes("redis-server") && existsSync("/run/systemd/system");
  return service ? run("systemctl", ["disable", "--quiet", "redis-server"]) : "";
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
