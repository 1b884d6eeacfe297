import { execFileSync } from "node:child_process";
import { connect } from "node:net";

export interface Process {
  readonly pid: number;
  /** Its process group. */
  readonly group: number;
  readonly command: string;
}

/** Every process below this one, however deep, in whatever process group. */
export function descendants(pid: number): Process[] {
  const all = list();
  const found: Process[] = [];
  const parents = [pid];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    const children = all.filter(({ ppid }) => ppid === parent);
    found.push(...children);
    parents.push(...children.map(({ pid }) => pid));
  }
  return found;
}

/** All that runs now. A dead process that nobody has asked about yet does not. */
export function runningProcesses(): Process[] {
  return list();
}

function list(): (Process & { ppid: number })[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,args="], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return table.split("\n").flatMap((line) => {
    const [, pid, ppid, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined || state?.startsWith("Z")) return [];
    return [{ pid: Number(pid), ppid: Number(ppid), group: Number(group), command }];
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
