import type { Context } from "hono";
import { isStream, take } from "./body.ts";
import { Refusal } from "./refusal.ts";

/** An answer as it is remembered, or why it is not. */
export type KeptAnswer =
  | {
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      readonly text?: string;
      readonly base64?: string;
    }
  | { readonly status: number; readonly notKept: "too-large" | "streamed" };

/** What the body cannot be understood without. */
const DESCRIBING = ["content-type", "content-encoding", "content-language"];
/** Base64 makes four characters of three bytes; the rest is for the headers. */
const LONGEST_HEADERS = 16_384;

/** The longest {@link KeptAnswer}, in characters of JSON. */
export function longestKept(maxAnswerBytes: number): number {
  return Math.ceil(maxAnswerBytes / 3) * 4 + LONGEST_HEADERS;
}

/**
 * Takes from the answer what is to be remembered. The answer itself stays as it was: one that is too large, or a stream,
 * goes to the caller as it comes.
 */
export async function keep(
  c: Context,
  headers: readonly string[],
  maxAnswerBytes: number,
): Promise<KeptAnswer> {
  const { status } = c.res;
  if (isStream(c.res)) return { status, notKept: "streamed" };
  const given = c.res;
  const taken = await take(given.body, maxAnswerBytes);
  c.res = new Response("longer" in taken ? taken.longer : bodyOf(given, taken.whole), given);
  if ("longer" in taken) return { status, notKept: "too-large" };
  const kept = [...DESCRIBING, ...headers].flatMap((name) => {
    const value = given.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  if (JSON.stringify(kept).length > LONGEST_HEADERS / 2) return { status, notKept: "too-large" };
  return { status, headers: kept, ...encoded(taken.whole) };
}

/** 204 and the like must not have a body, not even an empty one. */
function bodyOf(given: Response, whole: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  return given.body === null ? null : whole;
}

/** As text if it is some and not made longer by it. */
function encoded(bytes: Uint8Array<ArrayBuffer>): { text?: string; base64?: string } {
  if (bytes.length === 0) return {};
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (JSON.stringify(text).length <= (bytes.length * 4) / 3) return { text };
  } catch {
    // Not UTF-8.
  }
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { base64: btoa(binary) };
}

/**
 * The answer once more.
 *
 * @throws Refusal 409 when it was not kept.
 */
export function replay(kept: KeptAnswer): Response {
  if ("notKept" in kept) {
    const why = kept.notKept === "streamed" ? "was streamed" : "was too large to be kept";
    throw new Refusal(
      "answer-not-kept",
      `The request with this key has been done, with status ${kept.status}. Its answer ${why}, so it cannot be given again.`,
    );
  }
  const { status, text, base64 } = kept;
  const headers = new Headers(kept.headers.map(([name, value]) => [name, value]));
  headers.set("idempotent-replayed", "true");
  const bytes =
    base64 === undefined ? undefined : Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const empty = status === 204 || status === 205 || status === 304 ? null : "";
  return new Response(bytes ?? (text === undefined ? empty : new TextEncoder().encode(text)), {
    status,
    headers,
  });
}
