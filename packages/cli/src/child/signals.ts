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
  /**
   * From now on signals are the command's, one included that came too late to end the wait. Until it is disposed: who was
   * asked to end meanwhile begins no other wait.
   */
  takeOver(handler: (signal: NodeJS.Signals, asksToEnd: boolean) => void): Disposable;
}

/** Nobody waits for the end of a process that was told twice. */
export function hearSignals(): Signals {
  const wait = new AbortController();
  const endWait = (signal: NodeJS.Signals) => {
    const told = new Signalled(signal);
    if (wait.signal.aborted) process.exit(told.exitCode);
    wait.abort(told);
  };
  let handler = endWait;
  const hear = (signal: NodeJS.Signals) => handler(signal);
  for (const signal of SIGNALS) process.on(signal, hear);
  return {
    waiting: wait.signal,
    takeOver(take) {
      let asked: NodeJS.Signals | undefined;
      handler = (signal) => {
        const asksToEnd = ENDING.has(signal);
        if (asksToEnd) asked ??= signal;
        take(signal, asksToEnd);
      };
      if (wait.signal.aborted) handler(wait.signal.reason.signal);
      return {
        [Symbol.dispose]: () => {
          handler = endWait;
          if (asked && !wait.signal.aborted) wait.abort(new Signalled(asked));
        },
      };
    },
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
