import type { LocksBelow, ManagerOptions } from "./manager-options.ts";
import type { TaskQueue } from "./task-queue.ts";

/** A request of this manager that has not settled: it holds its lock, or waits for it. */
export interface Contender {
  readonly name: string;
  /** A request of this manager was granted the name with this fence, and took it from all who had it. */
  stolen(fence: number): void;
}

/** What the requests of one manager share. */
export interface ManagerContext {
  readonly locks: LocksBelow;
  readonly options: ManagerOptions;
  readonly tasks: TaskQueue;
  readonly contenders: Set<Contender>;
}

/** How the promise of a request is settled. Only the first counts. */
export interface Settle {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}
