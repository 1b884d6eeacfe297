import { invalid } from "../errors.ts";
import { MAX_NAME_LENGTH } from "./limits.ts";

/** What a key must not contain as it is: the escape, the hash tag's braces, blanks, controls and lone surrogates. */
const UNSAFE = /[%{}\s\p{Cc}\p{Cs}]/gu;

/** `%` and four hex digits for each unsafe unit. Every escape has the same length, so no two names meet. */
export function encodeName(name: string): string {
  return name.replace(UNSAFE, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The name that `encodeName` made this of. */
export function decodeName(encoded: string): string {
  return encoded.replace(/%([0-9a-f]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** @throws HoldfastError `invalid-argument` unless `name` is a string of 1 to 512 UTF-16 units. */
export function checkName(name: unknown): asserts name is string {
  if (typeof name !== "string") throw invalid(`a lock name must be a string, not ${describe(name)}.`);
  if (name.length === 0) throw invalid("a lock name must not be empty.");
  if (name.length > MAX_NAME_LENGTH)
    throw invalid(`a lock name has at most ${MAX_NAME_LENGTH} UTF-16 units; this one has ${name.length}.`);
}

export function checkNamespace(namespace: unknown): asserts namespace is string {
  if (typeof namespace !== "string" || !/^[\w.:-]{1,64}$/.test(namespace))
    throw invalid("namespace must be 1 to 64 of the characters A-Z a-z 0-9 _ . : -");
}

/**
 * The keys of a name: its record, its queue, its holders by attempt and by expiry, and the attempts taken back. The braces are a hash tag, so
 * that all of them live in one slot of a cluster.
 */
export function keysOf(namespace: string, name: string): string[] {
  return keyGroup(`${namespace}:{${encodeName(name)}}`);
}

/** The keys of the name whose record this key is. */
export function keyGroup(key: string): string[] {
  return [key, `${key}:queue`, `${key}:holders`, `${key}:expiries`, `${key}:gone`];
}

/** As many as `keysOf` gives. */
export const KEYS_PER_NAME = 5;

/** A pattern for the record keys of all names that begin with `prefix`. */
export function keyPattern(namespace: string, prefix: string): string {
  const start = `${namespace}:{${encodeName(prefix)}`;
  return `${start.replace(/[*?[\]\\]/g, "\\$&")}*}`;
}

/** The name whose record this key is. */
export function nameOf(namespace: string, key: string): string {
  return decodeName(key.slice(namespace.length + 2, -1));
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}
