import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "@holdfast/core";
import { say } from "../output/text.ts";
import { startGuard } from "./guard.ts";
import type { Signals } from "./signals.ts";
import { atTerminal, type Child, type ChildCommand, startChild } from "./start-child.ts";

/** The right to run: a lease, and what else may end it. */
export interface Held {
  readonly lease: Lease;
  /** Aborts when the right is lost. */
  readonly signal: AbortSignal;
}

/** How the command ended. */
export interface ChildEnd {
  readonly exitCode: number;
  /** It was stopped because the right to run was lost, or about to be. */
  readonly lost: boolean;
}

/** How often to look whether what a command has left behind is gone. */
const LOOK_MS = 50;

/**
 * Runs the command while the right to run lasts. It is told to end (SIGTERM) `graceMs` before the right would run out
 * unrenewed, or at once when that was taken away, and is killed `graceMs` later: a server that does not answer
 * never leaves it running into somebody else's turn.
 *
 * @throws Failure when it cannot be started; LockLostError when the right was lost before that; what ended the wait.
 */
export async function supervise(
  command: ChildCommand,
  held: Held,
  graceMs: number,
  signals: Signals,
): Promise<ChildEnd> {
  // A lease that a waiter was granted lasts for a moment only, until the first renewal.
  if (held.lease.remainingMs() <= 2 * graceMs) await held.lease.extend();
  signals.waiting.throwIfAborted();
  const guard = startGuard(graceMs);
  try {
    const child = await startChild(command);
    guard.watch(child.target);
    using told = tellOfSignals(child, signals);
    const watch = watchLoss(child, held, graceMs);
    const exitCode = await child.ended;
    watch.stop();
    if (watch.lost || told.toEnd) await endRest(child, graceMs);
    return { exitCode, lost: watch.lost };
  } finally {
    guard.dismiss();
  }
}

/** Signals are passed on. Who asks twice to end, by Ctrl-C say, is obeyed. */
function tellOfSignals(child: Child, signals: Signals): Disposable & { readonly toEnd: boolean } {
  const shared = atTerminal();
  let asked = false;
  const taken = signals.takeOver((signal, asksToEnd) => {
    if (signal === "SIGINT" && asked) child.send("SIGKILL");
    // Keys pressed at a terminal reach its whole foreground group, the command included.
    else if (!shared || (signal !== "SIGINT" && signal !== "SIGQUIT")) child.send(signal);
    asked ||= asksToEnd;
  });
  return {
    get toEnd() {
      return asked;
    },
    [Symbol.dispose]: () => taken[Symbol.dispose](),
  };
}

function watchLoss(child: Child, held: Held, graceMs: number): { readonly lost: boolean; stop(): void } {
  let lost = false;
  let timer: NodeJS.Timeout | undefined;
  const lose = () => {
    if (lost) return;
    lost = true;
    say("the lock is lost or cannot be renewed: the command is told to end.");
    child.send("SIGTERM");
    clearTimeout(timer);
    timer = setTimeout(() => child.send("SIGKILL"), graceMs);
  };
  // Each renewal moves the end, so whoever comes too early looks again.
  const look = () => {
    const leftMs = held.lease.remainingMs() - graceMs;
    if (leftMs <= 0) lose();
    else timer = setTimeout(look, leftMs);
  };
  held.signal.addEventListener("abort", lose);
  look();
  if (held.signal.aborted) lose();
  return {
    get lost() {
      return lost;
    },
    stop() {
      clearTimeout(timer);
      held.signal.removeEventListener("abort", lose);
    },
  };
}

/** A shell ends at once when it is told to, and leaves behind what it ran: that has its time to end, too. */
async function endRest(child: Child, graceMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < graceMs && child.lives(); waitedMs += LOOK_MS) await sleep(LOOK_MS);
  child.send("SIGKILL");
}
