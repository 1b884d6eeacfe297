import { CORRUPTED_CALLS } from "./corrupted-calls.ts";
import { CORRUPTED_LEASES } from "./corrupted-leases.ts";
import { CORRUPTED_QUEUES } from "./corrupted-queues.ts";
import type { Corruption } from "./corruption.ts";

/** One for each thing that the checks have to find. */
export const CORRUPTIONS: readonly Corruption[] = [
  ...CORRUPTED_LEASES,
  ...CORRUPTED_QUEUES,
  ...CORRUPTED_CALLS,
];
