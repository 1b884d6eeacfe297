import { setImmediate as nextTurn } from "node:timers/promises";
import { inspect } from "node:util";
import { HoldfastError, type Lease } from "@holdfast/core";
import { expect } from "vitest";
import type { WatchedClock } from "./clocks.ts";
import type { Outcome } from "./soon.ts";

/** How a call ended whose time is turned by hand; fails when it has not ended after so much of that time. */
export async function settled(clock: WatchedClock, work: Promise<unknown>, seconds = 60): Promise<Outcome> {
  let outcome: Outcome | undefined;
  work.then(
    (value) => {
      outcome = { value };
    },
    (error) => {
      outcome = { error };
    },
  );
  for (let turn = 0; turn < 20 && !outcome; turn++) await nextTurn();
  for (let second = 0; second < seconds && !outcome; second++) await clock.advance(1000);
  if (!outcome) throw new Error("the call hangs");
  return outcome;
}

/** Everything that an error says of itself. Without the stack, which only repeats it and takes a millisecond to make. */
export function told(error: unknown): string {
  const { name, message, cause } = error as Error;
  return inspect([name, message, cause, { ...(error as Error) }], { depth: 9 });
}

const CODES = ["unavailable", "unauthorized", "refused", "kind-mismatch", "attempt-ended", "timeout", "lost"];

/** The error is one that a caller can act on, and tells nothing confidential. */
export function expectStable(error: unknown): HoldfastError {
  expect(error).toBeInstanceOf(HoldfastError);
  expect(CODES).toContain((error as HoldfastError).code);
  expect(told(error)).not.toContain("sEcret");
  return error as HoldfastError;
}

export function isLease(value: unknown): value is Lease {
  return typeof value === "object" && value !== null && "fence" in value && "signal" in value;
}

const LONGEST_MS = 86_400_000;
const isWhole = (value: unknown, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isRows = (value: unknown, row: readonly ((cell: unknown) => boolean)[]) =>
  Array.isArray(value) &&
  value.length % row.length === 0 &&
  value.every((cell, i) => row[i % row.length]?.(cell));
const isText = (value: unknown) => typeof value === "string";
const KINDS = ["mutex", "readwrite", "semaphore"];
const isMode = (value: unknown) => value === "exclusive" || value === "shared";

function isGrant(result: unknown, names: number): boolean {
  if (!Array.isArray(result) || result[0] !== "granted" || result.length !== names + 4) return false;
  const [a, b, c, d, ...rest] = result.slice(1) as unknown[];
  const [remaining, owner, now, fences] = names === 1 ? [b, c, d, [a]] : [a, b, c, [d, ...rest]];
  return (
    isWhole(remaining, 0, LONGEST_MS) &&
    isText(owner) &&
    isWhole(now) &&
    fences.every((fence) => isWhole(fence, 1))
  );
}

/**
 * Whether a call may have succeeded by this answer, by what the headers of the scripts say: written down a second time.
 * A `null` of tryAcquire counts as a success.
 */
export const makesSense: Readonly<Record<string, (result: unknown) => boolean>> = {
  acquire: (result) =>
    isGrant(result, 1) ||
    (Array.isArray(result) &&
      ["held", "queued", "full"].includes(result[0]) &&
      result.length === 5 &&
      result.slice(1).every((n) => isWhole(n))),
  "acquire-all": (result) => isGrant(result, 2),
  extend: (result) => Array.isArray(result) && result.length === 1 && isWhole(result[0], 1, LONGEST_MS),
  release: (result) => Array.isArray(result) && result.length === 1 && isWhole(result[0], 0, LONGEST_MS),
  convert: (result) =>
    Array.isArray(result) &&
    result[0] === "converted" &&
    isWhole(result[1], 1) &&
    isWhole(result[2], 0, LONGEST_MS),
  resize: (result) => isWhole(result, 1),
  inspect: (result) =>
    Array.isArray(result) &&
    [...KINDS, "unused"].includes(result[0]) &&
    result.slice(1, 7).length === 6 &&
    result.slice(1, 7).every((n) => isWhole(n)) &&
    isRows(result[7], [isText, isWhole, isWhole, isWhole, isMode, isText]) &&
    isRows(result[8], [isText, isWhole, isWhole, isMode, isText]),
  list: isTexts,
  survey: (result) =>
    Array.isArray(result) &&
    isText(result[0]) &&
    isWhole(result[1]) &&
    isRows(result[2], [
      isText,
      (kind) => [...KINDS, "unused"].includes(kind as string),
      ...Array.from({ length: 5 }, () => isWhole),
      isText,
      isWhole,
      isWhole,
      (mode) => isMode(mode) || mode === "",
      isText,
    ]),
  "force-release": (result) => result === 0 || result === 1,
  latch: (result) => isWhole(result, 0, 3),
  guard: (result) => isWhole(result, 7),
};

/** Every number in what a call gave. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
