export { CHECKS, checkHistory } from "./check-history.ts";
export type * from "./events.ts";
export { type FormatOptions, formatHistory } from "./format-history.ts";
export { type Linearizability, type LinearizableOptions, linearizable } from "./linearizable/linearizable.ts";
export { type LockModel, mutexModel, semaphoreModel } from "./linearizable/model.ts";
export type { CheckOptions } from "./options.ts";
export type { Violation } from "./violation.ts";
