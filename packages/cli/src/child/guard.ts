import { spawn } from "node:child_process";

/**
 * Ends the command when this process is gone without a word (SIGKILL, out of memory): its lock would otherwise pass on
 * at the end of the lease while it still works. A shell waits at the other end of a pipe for that.
 */
export interface Guard {
  /** Names what to end: a process, or a group as a negative number. */
  watch(target: number): void;
  /** Ends the watch and leaves everything as it is. */
  dismiss(): void;
}

// The pipe closes with the last process that holds its other end, and only this process does.
const SCRIPT = `
target=
while read -r line; do target=$line; done
[ -n "$target" ] || exit 0
kill -s TERM -- "$target" 2>/dev/null || exit 0
tenths=0
while [ "$tenths" -lt "$1" ] && kill -s 0 -- "$target" 2>/dev/null; do sleep 0.1; tenths=$((tenths + 1)); done
kill -s KILL -- "$target" 2>/dev/null`;

const NONE: Guard = { watch: () => {}, dismiss: () => {} };

/** Starts the shell. On Windows, which has none, nothing is watched. */
export function startGuard(graceMs: number): Guard {
  if (process.platform === "win32") return NONE;
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "holdfast-guard", String(Math.ceil(graceMs / 100))], {
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    // For what the shell needs, and no secrets.
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
    // A session of its own: neither Ctrl-C nor a signal to our group takes it along.
    detached: true,
  });
  shell.unref();
  // The watch is a help: a machine that cannot start it runs the command all the same.
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  return {
    watch: (target) => void shell.stdin.write(`${target}\n`),
    dismiss: () => void shell.kill("SIGKILL"),
  };
}
