import { setTimeout as sleep } from "node:timers/promises";

const ASK_AGAIN_MS = 50;
const ANSWER_TIMEOUT_MS = 5000;
const PULSE_MS = 1000;
/** A machine that slept finds one answer overdue when it wakes. */
const SILENT_AFTER = 2;

/** Waits until /healthz answers 200. @throws Error with the last answer after `timeoutMs`; the signal's reason. */
export async function untilHealthy(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last = "no answer";
  while (performance.now() < deadline) {
    try {
      const response = await ask(`${url}/healthz`, signal);
      const text = await response.text();
      if (response.ok) return;
      last = `HTTP ${response.status} ${text}`;
    } catch {
      signal.throwIfAborted();
    }
    await sleep(ASK_AGAIN_MS);
  }
  throw new Error(`${url} did not come up within ${timeoutMs / 1000} s: ${last}`);
}

/** Resolves, with what to say about it, once `url` answers no more; never after the signal. */
export async function untilSilent(url: string, signal: AbortSignal): Promise<string> {
  let missed = 0;
  while (!signal.aborted && missed < SILENT_AFTER) {
    await sleep(PULSE_MS, undefined, { ref: false });
    // Any answer of the worker's own will do, and this one costs no look at the database.
    const alive = await ask(url, signal).then(
      ({ status, body }) => body?.cancel().then(() => status < 500),
      () => false,
    );
    missed = alive === false ? missed + 1 : 0;
  }
  return signal.aborted ? new Promise<never>(() => {}) : "does not answer any more";
}

function ask(url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]) });
}
