import { execFileSync } from "node:child_process";
import { connect } from "node:net";

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Every process below this one, however deep, in whatever process group. */
export function descendants(pid: number): Process[] {
  const all = list();
  const found: Process[] = [];
  const parents = [pid];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop())
    for (const { pid, ppid, command } of all)
      if (ppid === parent) {
        found.push({ pid, command });
        parents.push(pid);
      }
  return found;
}

/** Those that still run. A dead one that nobody has asked about yet does not. */
export function stillRunning(processes: readonly Process[]): Process[] {
  const running = new Map(list().map(({ pid, command }) => [pid, command]));
  return processes.filter(({ pid, command }) => running.get(pid) === command);
}

function list() {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8", maxBuffer: 1 << 26 })
    .split("\n")
    .flatMap((line) => {
      const [, pid, ppid, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      if (command === undefined || state?.startsWith("Z")) return [];
      return [{ pid: Number(pid), ppid: Number(ppid), command }];
    });
}

/** Whether somebody listens there. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
