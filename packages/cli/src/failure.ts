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
  if (error instanceof HoldfastError) return new Failure(CODES[error.code] ?? EXIT.internal, error.message);
  return new Failure(EXIT.internal, error instanceof Error ? (error.stack ?? error.message) : String(error));
}
