import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { freePort } from "../../packages/testing/src/node/free-port.ts";
import { descendants, isListening, type Process, runningProcesses } from "./processes.ts";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
const GONE = { timeout: 15_000, interval: 50 };

/** One run of `npm start`, as the terminal has it: the leader of a process group. */
export interface StartRun extends AsyncDisposable {
  readonly pid: number;
  readonly gatewayPort: number;
  readonly workerPort: number;
  output(): string;
  /** Waits until the output holds this. */
  says(text: string): Promise<void>;
  /** All processes below it. Those of the last call are watched: see `expectNothingLeft`. */
  children(): Process[];
  /** To the whole group, as the terminal does on Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Waits until it has ended, with this exit code or by this signal. */
  endsWith(outcome: number | NodeJS.Signals): Promise<void>;
  /** Waits until every process that belongs to it has ended and the ports are closed. */
  expectNothingLeft(): Promise<void>;
}

export async function startRun(
  args: readonly string[] = [],
  ports?: { gatewayPort: number; workerPort: number },
): Promise<StartRun> {
  const { gatewayPort, workerPort } = ports ?? {
    gatewayPort: await freePort(),
    workerPort: await freePort(),
  };
  const child = spawn(
    process.execPath,
    ["scripts/start.ts", "--port", `${gatewayPort}`, "--worker-port", `${workerPort}`, ...args],
    { cwd: ROOT, detached: true, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const closed = once(child, "close");
  const pid = child.pid ?? Number.NaN;
  let seen: Process[] = [];
  // By descent while it ran; by group or by the worker's port for what it may have started since.
  const left = () =>
    runningProcesses().filter(
      (running) =>
        seen.some(({ pid, command }) => pid === running.pid && command === running.command) ||
        running.group === pid ||
        new RegExp(`\\b${workerPort}\\b`).test(running.command),
    );
  return {
    pid,
    gatewayPort,
    workerPort,
    output: () => output,
    says: (text) =>
      vi.waitFor(
        () => {
          if (hasEnded(child)) throw new Error(`it has ended (${child.exitCode}) and said:\n${output}`);
          expect(output).toContain(text);
        },
        { timeout: 90_000, interval: 20 },
      ),
    children: () => {
      seen = descendants(pid);
      return seen;
    },
    signalGroup: (signal) => process.kill(-pid, signal),
    endsWith: async (outcome) => {
      await vi.waitFor(() => expect(hasEnded(child), `still runs; it said:\n${output}`).toBe(true), {
        timeout: 60_000,
        interval: 20,
      });
      await closed;
      expect(child.exitCode ?? child.signalCode, output).toBe(outcome);
    },
    expectNothingLeft: async () => {
      await vi.waitFor(() => expect(left()).toEqual([]), GONE);
      await vi.waitFor(async () => expect(await isListening(gatewayPort)).toBe(false), GONE);
      await vi.waitFor(async () => expect(await isListening(workerPort)).toBe(false), GONE);
    },
    // For a test that fails half-way: it must not leave behind what it is there to find.
    [Symbol.asyncDispose]: async () => {
      if (!hasEnded(child)) seen = descendants(pid);
      for (const { pid } of left()) endQuietly(pid);
      await closed;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}
