import { HoldfastError } from "@holdfast/core";

/** A result as it is remembered, or why it cannot be. */
export type StoredResult =
  | { readonly json: string | null; readonly refusal?: undefined }
  | { readonly json: null; readonly refusal: string };

/** `undefined` is remembered as itself. */
export function storedResult(value: unknown, maxLength: number): StoredResult {
  if (value === undefined) return { json: null };
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {}
  if (json === undefined) return { json: null, refusal: "it is not a value that JSON can carry" };
  if (json.length > maxLength)
    return { json: null, refusal: `it has ${json.length} characters of JSON, of at most ${maxLength}` };
  return { json };
}

export function rememberedResult(json: string | null): unknown {
  if (json === null) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    throw new HoldfastError("unavailable", "the result that the store remembers is no JSON.");
  }
}

/** What the history keeps of an error. */
export function errorText(error: unknown, maxLength: number): string {
  let text: string;
  try {
    text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    text = "an error without a text";
  }
  // The cut must not halve a pair of surrogates.
  return (text || "Error").slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, "");
}
