import type { FaultKind } from "@holdfast/testing/simulation";
import { holdfast } from "../holdfast.ts";
import { type RunOptions, type RunResult, runSubject } from "../run-seed.ts";
import type { Subject } from "../subject.ts";
import { PLAIN_CHECKS, plainChecks } from "./plain-checks.ts";
import { rivalSubject } from "./rival-subject.ts";
import { setNx } from "./set-nx.ts";
import { upstashLock } from "./upstash-lock.ts";

interface Entry {
  readonly title: string;
  load(): Promise<Subject>;
}

/** What is looked at as somebody else's lock, by what it is called on the command line. */
export const RIVALS = {
  "upstash-lock": { title: upstashLock.title, load: () => rivalSubject(upstashLock) },
  "set-nx": { title: setNx.title, load: () => rivalSubject(setNx) },
  "holdfast-mutex": {
    title: "Holdfast's mutex, looked at like the locks of others",
    // A caller that forgets a lease which renews itself keeps the name for six TTLs, and the next one may do so, too.
    load: async () => ({ ...holdfast(await import("@holdfast/core")), settleMs: 1_000_000 }),
  },
} as const satisfies Record<string, Entry>;
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

/** One run of a lock as somebody who only uses it sees it: the same work, faults and checks as for our mutex with this seed. */
export async function runRival(name: RivalName, options: RunOptions): Promise<RunResult> {
  const subject = loaded.get(name) ?? RIVALS[name].load();
  loaded.set(name, subject);
  const result = await runSubject(await subject, { ...options, primitive: "mutex" });
  const asked = new Set<string>([...CHECKS_OF_HISTORY, ...CHECKS_OF_RUN]);
  const violations = [
    ...result.violations.filter(({ promise }) => asked.has(promise)),
    ...plainChecks(result.history),
  ];
  return { ...result, violations: violations.sort((a, b) => a.at - b.at) };
}
