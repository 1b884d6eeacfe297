const FIRST_MS = 50;
const LONGEST_MS = 2_000;
/** An engine that lived this long was healthy: its next failure starts from the shortest wait again. */
const HEALTHY_MS = 5_000;

/** Waits between attempts to bring an engine back: none at first, then doubling from 50 ms up to 2 s. */
export class Backoff {
  #failures = 0;
  #since = 0;

  started(): void {
    this.#since = Date.now();
  }

  /** Counts one failure and answers how long to wait before the next attempt, in milliseconds. */
  failed(): number {
    if (this.#since > 0 && Date.now() - this.#since > HEALTHY_MS) this.#failures = 0;
    this.#since = 0;
    const wait = this.#failures === 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#failures - 1));
    this.#failures++;
    return wait;
  }
}
