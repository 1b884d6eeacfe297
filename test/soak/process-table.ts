import { execFileSync } from "node:child_process";

/** What the system knows of a process. */
export interface SystemFigures {
  /** Resident memory in bytes. */
  readonly rss: number;
  /** Processor time used so far, in seconds. */
  readonly cpuSeconds: number;
}

/** Of all these processes together; undefined when one of them has ended. */
export function systemFigures(pids: readonly number[]): SystemFigures | undefined {
  let table: string;
  try {
    table = execFileSync("ps", ["-o", "rss=,time=", "-p", pids.join(",")], { encoding: "utf8" });
  } catch {
    // None of them is there.
    return undefined;
  }
  const rows = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  if (rows.length < pids.length) return undefined;
  return {
    rss: rows.reduce((sum, [kilobytes]) => sum + Number(kilobytes) * 1024, 0),
    cpuSeconds: rows.reduce((sum, [, time = ""]) => sum + seconds(time), 0),
  };
}

/** `[[days-]hours:]minutes:seconds`, with a fraction on some systems. */
function seconds(time: string): number {
  const [clock = "", days = "0"] = time.split("-").reverse();
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
