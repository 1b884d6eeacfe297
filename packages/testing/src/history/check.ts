import type { History } from "./history.ts";
import type { Measures } from "./options.ts";
import type { Report } from "./violation.ts";

/** One idea of what a lock must not do. Costs near to nothing for each event, or O(log n). */
export type Check = (history: History, measures: Measures, report: Report) => void;
