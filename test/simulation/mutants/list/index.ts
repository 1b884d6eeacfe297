import type { Mutant } from "../mutant.ts";
import { CONVERSIONS } from "./conversions.ts";
import { LEASE } from "./lease.ts";
import { LEASES_ON_THE_SERVER } from "./leases-on-the-server.ts";
import { ONCE } from "./once.ts";
import { QUEUE } from "./queue.ts";
import { QUORUM } from "./quorum.ts";
import { STORE } from "./store.ts";

/** Every known way to break the scripts and the SDK. */
export const MUTANTS: readonly Mutant[] = [
  ...LEASES_ON_THE_SERVER,
  ...ONCE,
  ...QUEUE,
  ...LEASE,
  ...CONVERSIONS,
  ...STORE,
  ...QUORUM,
];
