import { readFileSync } from "node:fs";
import type { FaultKind } from "@holdfast/testing/simulation";
import type { PrimitiveName } from "../primitives.ts";

/** A mistake that somebody could make in `packages/core`, and that the simulation has to notice. */
export interface Mutant {
  readonly name: string;
  /** The mistake, in one sentence. */
  readonly what: string;
  /** Below `packages/core/src`. A Lua script counts as its source, not as the generated file. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The kind of lock that shows it soonest. Default: each seed has one of its own. */
  readonly primitive?: PrimitiveName;
  /** The faults that show it soonest, or that nothing may be put down to. Default: all. */
  readonly faults?: readonly FaultKind[];
  /** Whether it takes a quorum of servers to show it. */
  readonly quorum?: true;
  /** A seed that shows it: what is rare is looked for there first. */
  readonly seed?: number;
}

export const SOURCES: URL = new URL("../../../packages/core/src/", import.meta.url);

/**
 * The mutant's file with its mistake.
 *
 * @throws Error when `find` does not occur exactly once: the list has gone stale.
 */
export function mutate({ name, file, find, replace }: Mutant): string {
  const source = readFileSync(new URL(file, SOURCES), "utf8");
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new Error(
      `mutant ${name}: what it replaces occurs ${places} times in ${file}, not once. Its mistake has to be put into the code as it is now.`,
    );
  return source.replace(find, () => replace);
}
