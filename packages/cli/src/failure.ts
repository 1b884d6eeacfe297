import { HoldfastError } from "@holdfast/core";
import { EXIT } from "./exit-codes.ts";

/** Ends the command line with a message and a code. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A mistake in what was typed. */
export function usage(message: string): Failure {
  return new Failure(EXIT.usage, message);
}

const CODES: Partial<Record<string, number>> = {
  "invalid-argument": EXIT.usage,
  "kind-mismatch": EXIT.usage,
  timeout: EXIT.conflict,
  lost: EXIT.lost,
  unavailable: EXIT.unavailable,
  refused: EXIT.unavailable,
  unauthorized: EXIT.unauthorized,
};

/** What to say and how to end. An error that nobody expected keeps its stack, for a report. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof HoldfastError)
    return new Failure(CODES[error.code] ?? EXIT.internal, asTyped(error.message));
  return new Failure(EXIT.internal, error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** The library's names for what is given here as an option. */
const OPTIONS: Readonly<Record<string, string>> = {
  ttlMs: "--ttl",
  waitMs: "--wait",
  "renew.maxHoldMs": "--max-hold",
  lockAtMostForMs: "--at-most",
  lockAtLeastForMs: "--at-least",
  skewMs: "--skew",
  keepForMs: "--keep-for",
  "backoff.firstMs": "--backoff",
  timeZone: "--time-zone",
};

function asTyped(message: string): string {
  return message.replace(/[\w.]+Ms\b|\btimeZone\b/g, (name) => OPTIONS[name] ?? name);
}
