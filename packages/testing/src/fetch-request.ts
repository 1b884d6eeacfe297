import { commandsOf } from "./rest-commands.ts";

/** A request taken apart, so that it can be looked at and sent any number of times. */
export interface ReadRequest {
  readonly url: string;
  readonly method: string;
  readonly body: string;
  readonly commands: readonly (readonly string[])[];
  /** Everything needed to send it again, without the caller's signal. */
  readonly resend: RequestInit;
  readonly signal: AbortSignal | null;
}

/** Reads what `fetch` was called with; at once when the body is a string, as that of a REST client is. */
export function readRequest(
  input: RequestInfo | URL,
  init: RequestInit = {},
): ReadRequest | Promise<ReadRequest> {
  const body = init.body ?? "";
  if (input instanceof Request || typeof body !== "string") return readOther(input, init);
  return taken(String(input), init, init.method ?? "GET", body, init.signal ?? null);
}

async function readOther(input: RequestInfo | URL, init: RequestInit): Promise<ReadRequest> {
  const original = input instanceof Request ? input : undefined;
  const { signal = original?.signal ?? null, ...rest } = init;
  // The standard's own constructor merges the two; the signal stays out, as an aborted request cannot be read.
  const request = new Request(original?.clone() ?? input, { ...rest, signal: null });
  const { method, headers, redirect } = request;
  return taken(request.url, { ...rest, headers, redirect }, method, await request.text(), signal);
}

function taken(
  url: string,
  init: RequestInit,
  method: string,
  body: string,
  signal: AbortSignal | null,
): ReadRequest {
  const verb = method.toUpperCase();
  const { signal: _, ...rest } = init;
  const resend: RequestInit = { ...rest, method: verb, ...(body !== "" && { body }) };
  return { url, method: verb, body, commands: commandsOf(url, verb, body), resend, signal };
}
