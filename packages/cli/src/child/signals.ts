import { constants } from "node:os";
import { exitCodeOfSignal } from "../exit-codes.ts";

/** What somebody sends us and means for the command. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/** Those by which somebody asks the command to end. */
const ENDING: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]);

/** Ends a wait: somebody sent us a signal. */
export class Signalled extends Error {
  readonly signal: NodeJS.Signals;
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.signal = signal;
    this.exitCode = exitCodeOfSignal(constants.signals[signal]);
  }
}

/** The signals that this process gets, told to whoever is in charge at the moment. */
export interface Signals extends Disposable {
  /** Aborts with a {@link Signalled} at the first signal while nobody has taken over. */
  readonly waiting: AbortSignal;
  /** From now on signals are the command's, one included that came too late to end the wait. */
  takeOver(handler: (signal: NodeJS.Signals, asksToEnd: boolean) => void): void;
}

/** Nobody waits for the end of a process that was told twice. */
export function hearSignals(): Signals {
  const wait = new AbortController();
  let handler = (signal: NodeJS.Signals, _asksToEnd: boolean) => {
    const told = new Signalled(signal);
    if (wait.signal.aborted) process.exit(told.exitCode);
    wait.abort(told);
  };
  const hear = (signal: NodeJS.Signals) => handler(signal, ENDING.has(signal));
  for (const signal of SIGNALS) process.on(signal, hear);
  return {
    waiting: wait.signal,
    takeOver: (taken) => {
      handler = taken;
      const { aborted, reason } = wait.signal;
      if (aborted) taken(reason.signal, ENDING.has(reason.signal));
    },
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
