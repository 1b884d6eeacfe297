import type { Lease } from "@holdfast/core";
import type { RequestArguments } from "./arguments.ts";
import type { Settle } from "./context.ts";
import type { TaskQueue } from "./task-queue.ts";
import type { Lock, LockMode } from "./types.ts";

/** What the callback gets. Its members are of the class, as of an interface of the web. */
class GrantedLock implements Lock {
  readonly #request: RequestArguments;
  readonly #fence: number;
  readonly #signal: AbortSignal;

  constructor(request: RequestArguments, fence: number, signal: AbortSignal) {
    this.#request = request;
    this.#fence = fence;
    this.#signal = signal;
  }

  get name(): string {
    return this.#request.name;
  }
  get mode(): LockMode {
    return this.#request.mode;
  }
  get fence(): number {
    return this.#fence;
  }
  get signal(): AbortSignal {
    return this.#signal;
  }
  get [Symbol.toStringTag](): string {
    return "Lock";
  }
}

/** A lock that is held. */
export interface Hold {
  /** Somebody else was granted it with this fence. Greater than that of this lock, it means that this one is lost. */
  stolen(fence: number): void;
}

/**
 * Runs the callback, and gives the lease back when what it returned has settled. Then, not before, the request's promise
 * settles the same way. If the lease is lost, the promise rejects at once, the callback runs on, and what comes of it
 * counts for nothing.
 *
 * @param robbedBy the fence of who stole the name while this request was on its way, or 0.
 */
export function holdLock(
  tasks: TaskQueue,
  request: RequestArguments,
  lease: Lease,
  settle: Settle,
  robbedBy: number,
): Hold {
  const lost = new AbortController();
  const { name } = request;
  let over = false;
  lease.signal.addEventListener("abort", onLost, { once: true });
  if (lease.signal.aborted) onLost();
  stolen(robbedBy);

  invoke(request.callback, new GrantedLock(request, lease.fence, lost.signal)).then(
    (value) => end(() => settle.resolve(value)),
    (error) => end(() => settle.reject(error)),
  );
  return { stolen };

  function stolen(fence: number): void {
    if (fence > lease.fence) lose("it was stolen");
  }

  function finish(): void {
    over = true;
    lease.signal.removeEventListener("abort", onLost);
  }

  function onLost(): void {
    lose("its lease ended", lease.signal.reason);
  }

  function lose(why: string, cause?: unknown): void {
    if (over) return;
    finish();
    tell(why, cause);
    // Ends its renewal, and what may be left of it.
    lease.release().catch(() => {});
  }

  function tell(why: string, cause?: unknown): void {
    const error = new DOMException(`the lock ${JSON.stringify(name)} was lost: ${why}.`, "AbortError");
    if (cause !== undefined) Object.defineProperty(error, "cause", { value: cause, configurable: true });
    settle.reject(error);
    lost.abort(error);
  }

  function end(settled: () => void): void {
    void tasks.add(async () => {
      if (over) return;
      finish();
      // Without an answer the lease goes on being given back in the background. Nothing says that it was lost.
      const outcome = await lease.release().catch(() => "released");
      if (outcome === "released") settled();
      else tell(outcome === "lost" ? "it was stolen" : "its lease ran out");
    });
  }
}

/** Calls back as Web IDL has it: without a receiver, and what it throws is a rejection. */
export function invoke(callback: (lock: Lock | null) => unknown, lock: Lock | null): Promise<unknown> {
  try {
    return Promise.resolve(callback(lock));
  } catch (error) {
    return Promise.reject(error);
  }
}
