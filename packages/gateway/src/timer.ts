/** Node's timers keep whole milliseconds and run up to one and a half late. */
const EARLY_MS = 2;

interface Due {
  at: number;
  done: () => void;
}

/** What is to happen within the next two milliseconds, soonest first. */
const soon: Due[] = [];
let turning = false;

const turn = (): void => {
  const now = performance.now();
  while (soon[0] && soon[0].at <= now) soon.shift()?.done();
  turning = soon.length > 0;
  if (turning) setImmediate(turn);
};

const enter = (due: Due): void => {
  const later = soon.findIndex(({ at }) => at > due.at);
  soon.splice(later === -1 ? soon.length : later, 0, due);
  if (!turning) setImmediate(turn);
  turning = true;
};

/**
 * Calls back after `ms`, late by some hundredths: a network of 10 ms that takes 11 would be measured as ours. The last
 * stretch is waited for in turns of the event loop, which goes on with whatever else there is to do. What was set
 * first for the same time comes first. The answer cancels.
 */
export const exactTimer = (ms: number, done: () => void): (() => void) => {
  const due = { at: performance.now() + ms, done };
  const timer = setTimeout(enter, ms - EARLY_MS, due);
  return () => {
    clearTimeout(timer);
    const place = soon.indexOf(due);
    if (place !== -1) soon.splice(place, 1);
  };
};

/** Resolves after `ms`, at once for 0. Rejects with the signal's reason when it aborts. */
export const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (ms <= 0) return resolve();
    const abort = (): void => {
      cancel();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    const cancel = exactTimer(ms, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
  });
