import { HoldfastError, type Json } from "@holdfast/core";
import { MAX_JOB_LENGTH, MAX_METADATA_LENGTH } from "./limits.ts";

export function invalid(message: string): HoldfastError {
  return new HoldfastError("invalid-argument", message);
}

/** @throws HoldfastError `invalid-argument` unless it is a string of so many UTF-16 units. */
export function checkText(what: string, value: unknown, max: number): string {
  if (typeof value !== "string" || value.length === 0 || value.length > max)
    throw invalid(`${what} must be a string of 1 to ${max} UTF-16 units.`);
  return value;
}

export function checkJob(job: unknown): string {
  return checkText("job", job, MAX_JOB_LENGTH);
}

export function checkFunction(what: string, fn: unknown): void {
  if (fn !== undefined && typeof fn !== "function") throw invalid(`${what} must be a function.`);
}

export function checkOneOf<T extends string>(what: string, value: unknown, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw invalid(`${what} must be ${known.map((one) => `"${one}"`).join(" or ")}.`);
  return found;
}

export function checkFlag(what: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalid(`${what} must be true or false.`);
  return value;
}

export function checkMetadata(metadata: Json | undefined): Json | null {
  if (metadata === undefined) return null;
  let json: string | undefined;
  try {
    json = JSON.stringify(metadata);
  } catch {}
  if (json === undefined) throw invalid("metadata must be a value that JSON can carry.");
  if (json.length > MAX_METADATA_LENGTH)
    throw invalid(`metadata has at most ${MAX_METADATA_LENGTH} characters of JSON; this has ${json.length}.`);
  return metadata;
}
