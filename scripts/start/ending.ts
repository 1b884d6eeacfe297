/** Somebody asked for the end: a signal, or the output has no reader any more. */
export class Stopped extends Error {
  override name = "Stopped";
}

/**
 * Aborts when this process is to end. The signals stay caught until it has ended: under npm one Ctrl-C arrives more
 * than once, from the terminal and from each parent, and the second must not cut the clean-up short.
 */
export function watchForEnd(): AbortSignal {
  const ending = new AbortController();
  const stop = (why: string) => ending.abort(new Stopped(why));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop(signal));
  // A closed terminal or `| head`: without a listener the next line would end this process before it cleaned up.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop("output closed"));
  return ending.signal;
}

/** Rejects with the signal's reason when it aborts. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
