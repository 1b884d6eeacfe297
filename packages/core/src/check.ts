import { invalid } from "./errors.ts";

/** @throws HoldfastError `invalid-argument` unless `value` is an object none of whose keys is a misspelling. */
export function checkKnown<T extends object>(value: T, known: readonly string[], what: string): T {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(`${what}s must be given as an object.`);
  for (const key of Object.keys(value))
    if (!known.includes(key))
      throw invalid(`unknown ${what} ${JSON.stringify(key)}; known are ${known.join(", ")}.`);
  return value;
}

/** @throws HoldfastError `invalid-argument` unless `value` is a whole number within the limits. */
export function checkWhole(
  name: string,
  value: unknown,
  min: number,
  max: number,
  unit = "",
  hint = "",
): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalid(`${name} must be a whole number${unit} from ${min} to ${max}${hint}, not ${show(value)}.`);
}

/** The same for a duration. */
export function checkMs(name: string, value: unknown, min: number, max: number, hint = ""): number {
  return checkWhole(name, value, min, max, " of milliseconds", hint);
}

/** @throws HoldfastError `invalid-argument` unless it is a signal, or undefined. By what is used of it, since it may be of another realm. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  for (const part of ["addEventListener", "removeEventListener", "throwIfAborted"] as const)
    if (typeof signal?.[part] !== "function") throw invalid("signal must be an AbortSignal.");
}

/** A value in an error's text: numbers as they are, of others the type, since they may be anything. */
function show(value: unknown): string {
  return typeof value === "number" ? String(value) : value === null ? "null" : `a ${typeof value}`;
}
