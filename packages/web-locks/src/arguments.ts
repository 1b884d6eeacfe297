import { RESERVED } from "./names.ts";
import type { Lock, LockMode } from "./types.ts";

/** The arguments of a request, converted as Web IDL has it. */
export interface RequestArguments {
  readonly name: string;
  readonly mode: LockMode;
  readonly ifAvailable: boolean;
  readonly steal: boolean;
  readonly signal: AbortSignal | undefined;
  readonly callback: (lock: Lock | null) => unknown;
}

type Options = Omit<RequestArguments, "name" | "callback">;

/** `rest`: what came after the name. With one argument it is the callback, with more the options and the callback. */
export function convertArguments(name: unknown, rest: readonly unknown[]): RequestArguments {
  const converted = convertString(name, "the name of a lock");
  const options = convertOptions(rest.length > 1 ? rest[0] : undefined);
  const callback = rest.length > 1 ? rest[1] : rest[0];
  if (typeof callback !== "function")
    throw new TypeError(
      "request needs a callback: request(name, callback) or request(name, options, callback).",
    );
  return { name: converted, ...options, callback: callback as RequestArguments["callback"] };
}

/** A dictionary: its members are read once each, in alphabetical order. */
function convertOptions(options: unknown): Options {
  if (
    options !== undefined &&
    options !== null &&
    typeof options !== "object" &&
    typeof options !== "function"
  )
    throw new TypeError("the options of a lock request must be an object.");
  const members = (options ?? {}) as Record<string, unknown>;
  const ifAvailable = Boolean(members.ifAvailable);
  const mode = convertMode(members.mode);
  const signal = convertSignal(members.signal);
  const steal = Boolean(members.steal);
  return { ifAvailable, mode, signal, steal };
}

function convertMode(value: unknown): LockMode {
  if (value === undefined) return "exclusive";
  const mode = convertString(value, "mode");
  if (mode !== "exclusive" && mode !== "shared")
    throw new TypeError(`mode must be "exclusive" or "shared", not ${JSON.stringify(mode)}.`);
  return mode;
}

/** By what is used of it: the signal may be of another realm. */
function convertSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined) return undefined;
  const signal = value as AbortSignal | null;
  if (
    typeof signal?.aborted !== "boolean" ||
    typeof signal.addEventListener !== "function" ||
    typeof signal.removeEventListener !== "function"
  )
    throw new TypeError("signal must be an AbortSignal.");
  return signal;
}

function convertString(value: unknown, what: string): string {
  if (typeof value === "symbol") throw new TypeError(`${what} must not be a symbol.`);
  return String(value);
}

/** The checks of the specification, in its order. What it throws is what the request rejects with. */
export function checkArguments({ name, mode, ifAvailable, steal, signal }: RequestArguments): void {
  if (name.startsWith(RESERVED)) throw notSupported(`lock names that begin with "${RESERVED}" are reserved.`);
  if (steal && ifAvailable) throw notSupported("steal and ifAvailable exclude each other.");
  if (steal && mode !== "exclusive") throw notSupported("only an exclusive lock can be stolen.");
  if (signal && (steal || ifAvailable))
    throw notSupported("a signal ends a wait; with steal or ifAvailable there is none.");
  if (signal?.aborted) throw signal.reason;
}

function notSupported(message: string): DOMException {
  return new DOMException(message, "NotSupportedError");
}
