/** redlock's own types are not reachable through its exports map. This much of them is used here. */
declare module "redlock" {
  import type { ExecutionStats, RedlockAbortSignal, Settings } from "@holdfast/core/compat/redlock";

  export class ExecutionError extends Error {
    readonly attempts: ReadonlyArray<Promise<ExecutionStats>>;
  }
  export class ResourceLockedError extends Error {}
  interface Result {
    readonly attempts: ReadonlyArray<Promise<ExecutionStats>>;
  }
  export class Lock {
    readonly resources: string[];
    readonly attempts: ReadonlyArray<Promise<ExecutionStats>>;
    readonly expiration: number;
    release(): Promise<Result>;
    extend(duration: number): Promise<Lock>;
  }
  type Routine<T> = (signal: RedlockAbortSignal) => Promise<T>;
  export default class Redlock {
    readonly clients: Set<object>;
    readonly settings: Settings;
    constructor(clients: object[], settings?: Partial<Settings>);
    on(event: "error", listener: (error: Error) => void): this;
    acquire(resources: string[], durationMs: number, settings?: Partial<Settings>): Promise<Lock>;
    using<T>(resources: string[], durationMs: number, routine: Routine<T>): Promise<T>;
    using<T>(
      resources: string[],
      durationMs: number,
      settings: Partial<Settings>,
      routine: Routine<T>,
    ): Promise<T>;
  }
}
