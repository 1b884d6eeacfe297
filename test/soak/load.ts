/** One lock cycle. Answers its kind. Rejects with what a caller of the lock would see. */
export interface Cycle {
  readonly kind: string;
  run(): Promise<void>;
}

export interface LoadFigures {
  /** Cycles that came to their end, by kind, failed ones included. */
  readonly done: Record<string, number>;
  /** How cycles failed, by code. */
  readonly errors: Record<string, number>;
  /** Failures that no fault explains, with their texts; the first few. */
  readonly unexpected: readonly string[];
  readonly inFlight: number;
}

const SHOWN = 5;

/** Begins cycles at random moments, whether or not the ones before have ended, as a busy service gets its requests. */
export class Load {
  readonly #next: () => Cycle;
  readonly #pauseMs: number;
  readonly #codeOf: (error: unknown) => string | undefined;
  readonly #inFlight = new Map<Promise<void>, string>();
  readonly #done: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};
  readonly #unexpected: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `codeOf`: the code of a failure that has to be expected; undefined for any other. */
  constructor(next: () => Cycle, perSecond: number, codeOf: (error: unknown) => string | undefined) {
    this.#next = next;
    this.#pauseMs = 1000 / perSecond;
    this.#codeOf = codeOf;
  }

  start(): void {
    // Exponential pauses: arrivals that know nothing of each other.
    const pauseMs = -Math.log(1 - Math.random()) * this.#pauseMs;
    this.#timer = setTimeout(() => {
      const next = this.#next();
      const cycle = this.#run(next);
      this.#inFlight.set(cycle, next.kind);
      void cycle.then(() => this.#inFlight.delete(cycle));
      this.start();
    }, pauseMs);
  }

  /** Begins no more and waits for those that run; answers the kinds of those that have not ended after `patienceMs`. */
  async stop(patienceMs: number): Promise<string[]> {
    clearTimeout(this.#timer);
    let deadline: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, patienceMs);
    });
    await Promise.race([Promise.all(this.#inFlight.keys()), patience]);
    clearTimeout(deadline);
    return [...this.#inFlight.values()];
  }

  figures(): LoadFigures {
    return {
      done: this.#done,
      errors: this.#errors,
      unexpected: this.#unexpected,
      inFlight: this.#inFlight.size,
    };
  }

  async #run({ kind, run }: Cycle): Promise<void> {
    try {
      await run();
    } catch (error) {
      const code = this.#codeOf(error);
      if (code === undefined && this.#unexpected.length < SHOWN) this.#unexpected.push(`${kind}: ${error}`);
      count(this.#errors, code ?? "unexpected");
    }
    count(this.#done, kind);
  }
}

export function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
