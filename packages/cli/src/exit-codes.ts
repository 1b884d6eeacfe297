/**
 * How the command line ends when it is not a child that says so: sysexits.h, as flock(1) has it. A conflict is 1 unless
 * `-E` says otherwise.
 */
export const EXIT = {
  conflict: 1,
  usage: 64,
  /** The store or the service gave no answer. */
  unavailable: 69,
  internal: 70,
  /** The lock was lost and the command was stopped for it. */
  lost: 75,
  /** A job's attempts are used up: it is not run any more. */
  gaveUp: 76,
  unauthorized: 77,
  /** Nothing says where the locks live, or what says so cannot work. */
  config: 78,
  cannotRun: 126,
  notFound: 127,
} as const;

/** The code of a process that a signal ended, as shells have it. */
export function exitCodeOfSignal(number: number): number {
  return 128 + number;
}
