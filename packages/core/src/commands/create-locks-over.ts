import { checkKnown } from "../check.ts";
import { invalid } from "../errors.ts";
import type { Connection } from "../locks/connection.ts";
import { CLIENT_OPTIONS, type ClientOptions } from "../locks/context.ts";
import { type Locks, locksOver } from "../locks/create-locks.ts";

/**
 * Makes the locks of one client at the end of any connection: everything that `createLocks` gives, its waiting, renewal
 * and telling of loss included. Does no I/O.
 *
 * The leases' deadlines count from the last call of `onSend` in the options of a command, so a connection calls it right
 * before each try leaves; it honours `signal`, `budgetMs` and `attemptMs` there, too.
 *
 * @throws HoldfastError `invalid-argument` for a connection or options that cannot work.
 * @example
 * ```ts
 * const locks = createLocksOver({ commands: overHttp(url, token), subscribe: overEvents(url, token) });
 * ```
 */
export function createLocksOver(connection: Connection, options: ClientOptions = {}): Locks {
  const { commands, ...rest } = checkKnown(
    connection,
    ["commands", "subscribe", "revocable"],
    "connection part",
  );
  if ((typeof commands !== "object" && typeof commands !== "function") || commands === null)
    throw invalid("createLocksOver needs a connection with commands.");
  for (const [part, fn] of Object.entries(rest))
    if (fn !== undefined && typeof fn !== "function") throw invalid(`${part} must be a function.`);
  return locksOver(connection, checkKnown(options, CLIENT_OPTIONS, "createLocksOver option"));
}
