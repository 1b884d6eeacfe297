import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { EXIT, exitCodeOfSignal } from "../exit-codes.ts";
import { Failure } from "../failure.ts";

/** What to run. */
export interface ChildCommand {
  readonly words: readonly string[];
  /** One word, for the shell to read. */
  readonly shell: boolean;
  /** What it finds in its environment beside ours. */
  readonly env: Readonly<Record<string, string>>;
}

/** A command that runs, with our standard streams for its own. */
export interface Child {
  readonly pid: number;
  /** What `kill` is told: the process, or its group if it has one of its own. */
  readonly target: number;
  /** Its exit code, 128 + n after signal n. */
  readonly ended: Promise<number>;
  /** To the command and, if it has a group of its own, to all that it started there. */
  send(signal: NodeJS.Signals): void;
  /** Whether something of it still runs. Of a command without a group this is not known once it has ended. */
  lives(): boolean;
}

/**
 * At a terminal the command must stay in the terminal's foreground group: otherwise it could not read from it. Elsewhere
 * it gets a group of its own, so that whatever it starts is told, too.
 */
export function atTerminal(): boolean {
  return Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
}

/** @throws Failure 127 when there is no such command, 126 when it cannot be run. */
export async function startChild({ words, shell, env }: ChildCommand): Promise<Child> {
  const [file = "", ...args] = words;
  const grouped = process.platform !== "win32" && !atTerminal();
  const child = spawn(file, args, {
    stdio: "inherit",
    detached: grouped,
    shell,
    env: { ...process.env, ...env },
  });
  const ended = endOf(child);
  await started(child, file);
  const pid = child.pid as number;
  const target = grouped ? -pid : pid;
  const send = (signal: NodeJS.Signals | 0): boolean => {
    // Once it has ended its number may be another's. A group keeps its number while somebody is in it.
    if (!grouped) return child.exitCode === null && child.signalCode === null && child.kill(signal);
    try {
      return process.kill(target, signal);
    } catch {
      return false;
    }
  };
  return { pid, target, ended, send: (signal) => void send(signal), lives: () => send(0) };
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) =>
      resolve(signal ? exitCodeOfSignal(constants.signals[signal]) : (code ?? EXIT.internal)),
    );
  });
}

function started(child: ChildProcess, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.on("error", ({ code }: NodeJS.ErrnoException) => {
      const missing = code === "ENOENT";
      const why = missing ? "there is no such command" : `it cannot be run (${code})`;
      reject(new Failure(missing ? EXIT.notFound : EXIT.cannotRun, `${JSON.stringify(file)}: ${why}.`));
    });
  });
}
