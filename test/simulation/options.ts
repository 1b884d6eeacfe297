import { parseArgs } from "node:util";
import { FAULT_KINDS, type FaultKind } from "@holdfast/testing/simulation";
import type { SceneKind } from "./cron/scene.ts";
import { PRIMITIVE_NAMES, type PrimitiveName } from "./primitives.ts";
import { RIVAL_NAMES, type RivalName } from "./rivals/index.ts";

export interface SimulateOptions {
  readonly seeds: number;
  readonly from: number;
  readonly primitive: PrimitiveName | undefined;
  /** Instead of locks: jobs, or keys. */
  readonly tasks: SceneKind | undefined;
  /** Over several servers. */
  readonly quorum: boolean;
  readonly faults: readonly FaultKind[];
  readonly mutants: boolean;
  /** One of them only. */
  readonly mutant: string | undefined;
  /** Somebody else's lock; ours if there is none. */
  readonly subject: RivalName | undefined;
  readonly jobs: number;
}

const HOLDFAST = "holdfast";
const TASKS: readonly SceneKind[] = ["cron", "once"];
const QUORUM = "quorum";

export const USAGE = `npm run simulate -- [options]

  --seeds N        how many runs (default 100)
  --from N         the first seed (default 1)
  --primitive P    ${PRIMITIVE_NAMES.join(", ")}; default: each seed has one of them.
                   quorum: over 3 or 5 servers; cron, once: what @holdfast/cron makes of locks
  --faults LIST    all (default), none, or some of: ${FAULT_KINDS.join(", ")}
  --mutants        break the scripts and the SDK in every known way, and show which seed finds each
  --mutant NAME    the same in one of these ways
  --subject S      holdfast (default), or a lock of others, as a mutex: ${RIVAL_NAMES.join(", ")}
  --jobs N         runs at the same time, each on a core of its own (default 1)`;

/** @throws Error with what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): SimulateOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string", default: "100" },
      from: { type: "string", default: "1" },
      primitive: { type: "string" },
      faults: { type: "string", default: "all" },
      mutants: { type: "boolean", default: false },
      mutant: { type: "string" },
      subject: { type: "string", default: HOLDFAST },
      jobs: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const other = subject(values.subject);
  const tasks = TASKS.find((name) => name === values.primitive);
  const quorum = values.primitive === QUORUM;
  if (other && (values.mutants || (values.primitive ?? "mutex") !== "mutex"))
    throw new Error(`${other} is run as a mutex, and as it is.`);
  return {
    seeds: whole("--seeds", values.seeds, 1, 10_000_000),
    from: whole("--from", values.from, 0, Number.MAX_SAFE_INTEGER),
    primitive: values.primitive === undefined || tasks || quorum ? undefined : primitive(values.primitive),
    tasks,
    quorum,
    faults: faultList(values.faults),
    mutants: values.mutants || values.mutant !== undefined,
    mutant: values.mutant,
    subject: other,
    jobs: whole("--jobs", values.jobs, 1, 64),
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < least || value > most)
    throw new Error(`${name} must be a whole number from ${least} to ${most}.`);
  return value;
}

function primitive(text: string): PrimitiveName {
  const found = PRIMITIVE_NAMES.find((name) => name === text);
  if (!found)
    throw new Error(`--primitive must be one of ${[...PRIMITIVE_NAMES, QUORUM, ...TASKS].join(", ")}.`);
  return found;
}

function subject(text: string): RivalName | undefined {
  const found = RIVAL_NAMES.find((name) => name === text);
  if (!found && text !== HOLDFAST)
    throw new Error(`--subject must be one of ${[HOLDFAST, ...RIVAL_NAMES].join(", ")}.`);
  return found;
}

function faultList(text: string): readonly FaultKind[] {
  if (text === "all") return FAULT_KINDS;
  if (text === "none") return [];
  return text.split(",").map((name) => {
    const found = FAULT_KINDS.find((kind) => kind === name);
    if (!found) throw new Error(`--faults: ${name} is none of ${FAULT_KINDS.join(", ")}.`);
    return found;
  });
}
