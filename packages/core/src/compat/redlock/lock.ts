import type { Holding } from "./holding.ts";
import type { Redlock } from "./redlock.ts";
import type { ExecutionStats } from "./vote.ts";

/** What a release was answered. */
export interface ExecutionResult {
  readonly attempts: ReadonlyArray<Promise<ExecutionStats>>;
}

/** A lock on one or more resources, as `Redlock.acquire` and `extend` give it. */
export class Lock {
  readonly redlock: Redlock;
  readonly resources: string[];
  /** How the servers voted, each time they were asked. */
  readonly attempts: ReadonlyArray<Promise<ExecutionStats>>;
  /** @internal */
  readonly holding: Holding;
  #replaced = false;

  /** @internal Made by `Redlock`. */
  constructor(
    redlock: Redlock,
    resources: string[],
    attempts: ReadonlyArray<Promise<ExecutionStats>>,
    holding: Holding,
  ) {
    this.redlock = redlock;
    this.resources = resources;
    this.attempts = attempts;
    this.holding = holding;
  }

  /** Proves ownership on one of the servers. A secret. */
  get value(): string {
    return this.holding.first?.owner ?? "";
  }

  /** Until when it may be relied on, in milliseconds since the epoch by the local clock; 0 once it may not. */
  get expiration(): number {
    return this.#replaced ? 0 : this.holding.expiresAt();
  }

  /** As `redlock.release(lock)`. */
  release(): Promise<ExecutionResult> {
    return this.redlock.release(this);
  }

  /** As `redlock.extend(lock, duration)`. */
  extend(duration: number): Promise<Lock> {
    return this.redlock.extend(this, duration);
  }

  /** @internal Another lock goes on with what this one held. */
  replace(attempts: ReadonlyArray<Promise<ExecutionStats>>): Lock {
    this.#replaced = true;
    return new Lock(this.redlock, this.resources, attempts, this.holding);
  }
}
