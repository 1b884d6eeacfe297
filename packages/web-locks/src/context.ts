import type { LocksBelow, ManagerOptions } from "./manager-options.ts";
import type { TaskQueue } from "./task-queue.ts";

/** A lock that this manager holds. */
export interface Hold {
  readonly name: string;
  readonly fence: number;
  /** The lock was taken away by another request of this manager. */
  stolen(): void;
}

/** What the requests of one manager share. */
export interface ManagerContext {
  readonly locks: LocksBelow;
  readonly options: ManagerOptions;
  readonly tasks: TaskQueue;
  readonly holds: Set<Hold>;
}

/** How the promise of a request is settled. Only the first counts. */
export interface Settle {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}
