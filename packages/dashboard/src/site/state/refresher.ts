import { type ReadonlySignal, signal } from "@preact/signals";
import { ApiError } from "../api/client.ts";

export interface Pace {
  /** A look at least this often while the page is seen. */
  readonly everyMs: number;
  /** And at most this often, whatever happens. */
  readonly gapMs: number;
}

/**
 * Keeps one view up to date: it looks again after a while, and soon after something was heard to happen. Each look is
 * billed to whoever runs the service, so there is a limit to it, and nothing is looked at while nobody sees the page.
 */
export class Refresher<T> {
  readonly #load: (signal: AbortSignal) => Promise<T>;
  readonly #pace: Pace;
  readonly #data = signal<T | null>(null);
  readonly #error = signal<ApiError | null>(null);
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = 0;
  #startedAt = Number.NEGATIVE_INFINITY;
  #loading = false;
  #poked = false;
  #failures = 0;

  constructor(load: (signal: AbortSignal) => Promise<T>, pace: Pace) {
    this.#load = load;
    this.#pace = pace;
    const seen = () => {
      if (!document.hidden && this.#due <= Date.now()) void this.#look();
    };
    document.addEventListener("visibilitychange", seen, { signal: this.#ended.signal });
    void this.#look();
  }

  /** The latest; null before the first. */
  get data(): ReadonlySignal<T | null> {
    return this.#data;
  }

  /** Why there is no newer. */
  get error(): ReadonlySignal<ApiError | null> {
    return this.#error;
  }

  /** Something has happened: look again as soon as the pace allows. */
  poke(): void {
    if (this.#loading) this.#poked = true;
    else this.#schedule(Math.max(0, this.#startedAt + this.#pace.gapMs - Date.now()));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ended.abort();
  }

  /** Brings the next look forward; never puts it off. */
  #schedule(inMs: number): void {
    const due = Date.now() + inMs;
    if (this.#timer !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!document.hidden) void this.#look();
    }, inMs);
  }

  async #look(): Promise<void> {
    if (this.#loading || this.#ended.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#loading = true;
    this.#poked = false;
    this.#startedAt = Date.now();
    let pauseMs = this.#pace.everyMs;
    try {
      const data = await this.#load(this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      this.#data.value = data;
      this.#error.value = null;
      this.#failures = 0;
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.#error.value = error;
      this.#failures += 1;
      pauseMs = error.retryAfterMs ?? Math.min(30_000, 1000 * 2 ** Math.min(this.#failures, 5));
    } finally {
      this.#loading = false;
    }
    this.#schedule(pauseMs);
    if (this.#poked) this.poke();
  }
}
