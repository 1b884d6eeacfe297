import type { FaultKind } from "@holdfast/testing/simulation";
import type { SceneKind } from "./scene.ts";

/** A mistake that somebody could make in `packages/cron`, and that the simulation has to notice. */
export interface CronMutant {
  readonly name: string;
  /** The mistake, in one sentence. */
  readonly what: string;
  /** Below `packages/cron/src`. A Lua script counts as its source, not as the generated file. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly kind: SceneKind;
  /** A seed that shows it. */
  readonly seed: number;
  readonly faults?: readonly FaultKind[];
}

export const CRON_MUTANTS: readonly CronMutant[] = [
  {
    name: "success-forgotten",
    what: "A task that has succeeded begins again.",
    file: "scripts/begin.lua",
    find: "if t.phase == 'succeeded' then",
    replace: "if t.phase == 'succeeded' and not leased then",
    kind: "once",
    seed: 1,
  },
  {
    name: "too-soon-for-nobody",
    what: "lockAtLeastForMs holds nobody back.",
    file: "scripts/begin.lua",
    find: "if tonumber(j.closed or 0) > now and",
    replace: "if tonumber(j.closed or 0) > now + 3600000 and",
    kind: "cron",
    seed: 2,
  },
  {
    name: "hold-shortened",
    what: "The hold of lockAtLeastForMs counts from nothing.",
    file: "scripts/begin.lua",
    find: "whole(math.max(now + at_least, tonumber(j.closed or 0)))",
    replace: "whole(now)",
    kind: "cron",
    seed: 2,
  },
  {
    name: "result-lost",
    what: "The result is not written down.",
    file: "scripts/finish.lua",
    find: "'result', ARGV[4], 'kept'",
    replace: "'result', '', 'kept'",
    kind: "once",
    seed: 1,
  },
  {
    name: "lock-of-its-own",
    what: "Each occurrence takes a lock of its own although they are not to overlap.",
    file: "run/options.ts",
    find: 'lockName: lock === "job" ? jobLock(job) : taskLock(task)',
    replace: "lockName: jobLock(job) && taskLock(task)",
    kind: "cron",
    seed: 2,
  },
  {
    name: "no-skew",
    what: "The occurrence is the latest scheduled time by the machine's clock, which may be behind.",
    file: "schedule/occurrence.ts",
    find: "next - nowMs <= Math.min(skewMs, gap / 4)",
    replace: "next - nowMs <= 0 * Math.min(skewMs, gap / 4)",
    kind: "cron",
    seed: 7,
  },
];
