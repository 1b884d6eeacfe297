export { CHECKS, checkHistory } from "./check-history.ts";
export type * from "./events.ts";
export { type FormatOptions, formatHistory } from "./format-history.ts";
export type { CheckOptions } from "./options.ts";
export type { Violation } from "./violation.ts";
