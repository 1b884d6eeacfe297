import { setTimeout as sleep } from "node:timers/promises";

/**
 * The work that needs the lock, and a witness to how it went: it reads a counter, takes its time, and writes back one
 * more. Two at once lose an update.
 */
export class Witness {
  counter = 0;
  /** How often somebody came in while somebody else was inside. */
  overlaps = 0;
  /** Whether each fence was greater than the one before. */
  fencesRise = true;
  #inside = 0;
  #lastFence = 0;

  /** @returns how long the work took, in milliseconds. */
  async work(fence: number, lastsMs: number, signal: AbortSignal): Promise<number> {
    const started = performance.now();
    if (this.#inside > 0) this.overlaps++;
    if (fence <= this.#lastFence) this.fencesRise = false;
    this.#lastFence = fence;
    this.#inside++;
    try {
      const seen = this.counter;
      await sleep(lastsMs, undefined, { signal });
      this.counter = seen + 1;
    } finally {
      this.#inside--;
    }
    return performance.now() - started;
  }
}
