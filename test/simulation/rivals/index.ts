import type { FaultKind } from "@holdfast/testing/simulation";
import { type RunOptions, type RunResult, runSubject } from "../run-seed.ts";
import type { Subject } from "../subject.ts";
import { PLAIN_CHECKS, plainChecks } from "./plain-checks.ts";
import type { Rival } from "./rival.ts";
import { rivalSubject } from "./rival-subject.ts";
import { setNx } from "./set-nx.ts";
import { upstashLock } from "./upstash-lock.ts";

/** Locks of others that the simulation can run, by what they are called on the command line. */
export const RIVALS = { "upstash-lock": upstashLock, "set-nx": setNx } as const satisfies Record<
  string,
  Rival
>;
export type RivalName = keyof typeof RIVALS;
export const RIVAL_NAMES = Object.keys(RIVALS) as RivalName[];

/**
 * The checks that mean something for a lock without queue and fences. Not `renewal`: theirs extends *by* a time, ours
 * *to* one.
 */
const CHECKS_OF_HISTORY = [
  "exclusion",
  "capacity",
  "agreement",
  "once",
  "loss",
  "liveness",
  "leaks",
] as const;

/** What is looked at under these faults. */
export function checksOf(faults: readonly FaultKind[]): readonly string[] {
  const plain = faults.length > 0 ? PLAIN_CHECKS.filter((check) => check !== "order") : PLAIN_CHECKS;
  return [...CHECKS_OF_HISTORY, ...plain];
}

/** Whether the run itself went wrong. */
const CHECKS_OF_RUN = ["run", "well-formed"] as const;

const loaded = new Map<RivalName, Promise<Subject>>();

/** One run of somebody else's lock: the same work, faults and checks as for our mutex with this seed. */
export async function runRival(name: RivalName, options: RunOptions): Promise<RunResult> {
  const subject = loaded.get(name) ?? rivalSubject(RIVALS[name]);
  loaded.set(name, subject);
  const result = await runSubject(await subject, { ...options, primitive: "mutex" });
  const asked = new Set<string>([...CHECKS_OF_HISTORY, ...CHECKS_OF_RUN]);
  const violations = [
    ...result.violations.filter(({ promise }) => asked.has(promise)),
    ...plainChecks(result.history),
  ];
  return { ...result, violations: violations.sort((a, b) => a.at - b.at) };
}
