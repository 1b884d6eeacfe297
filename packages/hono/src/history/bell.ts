/** Rings are remembered until one comes to hear: however often it rang, that is once. */
export class Bell {
  #rung: boolean;
  #wake = () => {};

  constructor(rung: boolean) {
    this.#rung = rung;
  }

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /** Waits for a ring, for so long at the most; answers whether there was one. */
  async heard(ms: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#rung)
      await pause(ms, signal, (wake) => {
        this.#wake = wake;
      });
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }
}

/** Resolves after a while, at the signal's end, or when woken. */
export function pause(
  ms: number,
  signal: AbortSignal,
  wakeBy: (wake: () => void) => void = () => {},
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    wakeBy(done);
    if (signal.aborted) done();
  });
}
