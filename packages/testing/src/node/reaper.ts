import { spawn } from "node:child_process";

/**
 * Ends a child process, and removes its folder, when this process is gone, however it went: an exit handler would
 * not run on SIGKILL, which is how a test runner ends a worker that hangs.
 */
export interface Reaper {
  /** Names the process to end; `undefined` when there is none at present. */
  watch(pid: number | undefined): void;
  /** Ends the watch and leaves everything as it is. */
  dismiss(): void;
}

// The pipe closes with the last process that holds its other end, and only this process does.
const SCRIPT = `
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null; fi
rm -rf -- "$1"`;

/** Starts a shell that waits for this process to end. */
export function startReaper(folder: string): Reaper {
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "reaper", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    // A session of its own, so that Ctrl-C in the terminal does not take the reaper along.
    detached: true,
  });
  shell.unref();
  const pipe = shell.stdin as typeof shell.stdin & { unref?(): void };
  pipe.unref?.();
  // A reaper that someone killed must not fail the test run.
  pipe.on("error", () => {});
  shell.on("error", () => {});
  return {
    watch: (pid) => void pipe.write(`${pid ?? ""}\n`),
    dismiss: () => void shell.kill("SIGKILL"),
  };
}
