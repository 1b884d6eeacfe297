import { type ErrorCode, HoldfastError } from "../errors.ts";

const CODES: Record<string, [ErrorCode, string]> = {
  WRONGTYPE: ["kind-mismatch", "the name's key holds another data type; choose another name or namespace"],
  NOAUTH: ["unauthorized", "check the token or password"],
  WRONGPASS: ["unauthorized", "check the token, or the user and password"],
  Unauthorized: ["unauthorized", "check the token"],
  NOPERM: [
    "unauthorized",
    "the token or user may not run scripts, or not with these commands, keys and channels; use one with full access, " +
      "or with the ACL that docs/stores.md lists",
  ],
  READONLY: ["refused", "this is a read-only replica; use the primary's URL"],
  OOM: ["refused", "the database is out of memory; free some or raise its limit"],
  NOREPLICAS: ["refused", "too few replicas take part in writes"],
  MISCONF: ["refused", "the database cannot persist and stopped taking writes"],
};

/** Passing states of a server: the same request may succeed a moment later. */
const BUSY = new Set(["LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN"]);

/** How a command inside a script is denied, by Redis 6 and 7.0, and by later ones: NOPERM without its code. */
const DENIED_INSIDE = /^ERR (?:The user executing the script|ACL failure in script)/;

/** The first word of an error line if it is a code of the server's. Anything else may repeat what was sent. */
function codeOf(line: string): string {
  if (DENIED_INSIDE.test(line)) return "NOPERM";
  const word = /^\w+/.exec(line)?.[0] ?? "";
  return Object.hasOwn(CODES, word) || BUSY.has(word) || word === "ERR" || word === "NOSCRIPT"
    ? word
    : "unknown";
}

export function isBusy(line: string): boolean {
  return BUSY.has(codeOf(line));
}

/** Turns a server's error line into an error that names the cure and repeats nothing of what was sent. */
export function serverError(script: string, line: string): HoldfastError {
  const word = codeOf(line);
  const [code, cure] = CODES[word] ?? ["refused", "check that it is Redis 6.2 or newer and allows EVAL"];
  return new HoldfastError(code, `the server refused the script "${script}" (${word}): ${cure}.`);
}
