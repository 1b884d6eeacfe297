import {
  type Clock,
  type CommandReply,
  isBusy,
  type Reply,
  type RunOptions,
  type TryOutcome,
  within,
} from "@holdfast/core";
import type { Requester } from "./client.ts";

/**
 * A command through the client, alone or with one right behind it, within `limitMs`. Rejects only with the signal's reason.
 */
export async function sendOnce(
  clock: Clock,
  requester: Requester,
  commands: readonly (readonly string[])[],
  limitMs: number,
  options: RunOptions,
): Promise<TryOutcome<CommandReply>> {
  options.onSend?.();
  return within(clock, limitMs, options, async (signal) => {
    try {
      const [command = []] = commands;
      if (commands.length === 1) return decode(await requester.request({ body: command, signal }));
      return decodeBoth(await requester.request({ path: ["pipeline"], body: commands, signal }));
    } catch (thrown) {
      return decodeError(thrown);
    }
  });
}

const NOT_THE_PROTOCOL = { retry: "network", text: "the answer was not the REST protocol's JSON" } as const;

function decode(answer: unknown): TryOutcome<CommandReply> {
  const { error, result } = (answer ?? {}) as { error?: unknown; result?: unknown };
  if (typeof error === "string") return serverLine(error);
  if (result === undefined) return NOT_THE_PROTOCOL;
  return { answer: { result: result as Reply } };
}

function decodeBoth(rows: unknown): TryOutcome<CommandReply> {
  if (!Array.isArray(rows) || rows.length !== 2) return NOT_THE_PROTOCOL;
  const [first, behind] = rows.map(decode) as [TryOutcome<CommandReply>, TryOutcome<CommandReply>];
  if (!("answer" in first) || "error" in first.answer) return first;
  return "answer" in behind ? { answer: { ...first.answer, behind: behind.answer } } : behind;
}

/**
 * What the client throws: a connection failure as `fetch` tells it, a body that is not JSON with the body in the
 * text, or for every status but 2xx "<error of the body>, command was: <the whole command>". The text goes no further.
 */
function decodeError(thrown: unknown): TryOutcome<CommandReply> {
  const { name, message } = thrown instanceof Error ? thrown : { name: "", message: "" };
  if (name === "UpstashError") return serverLine(message.split(", command was: ", 1)[0] ?? "");
  if (name === "UpstashJSONParseError" || name === "SyntaxError") return NOT_THE_PROTOCOL;
  return { retry: "network", text: "the connection failed" };
}

/** An error line begins with its code: the server's own word, and it ran nothing further. */
const CODED = /^(?:[A-Z]{2,}|Unauthorized)(?=[\s:,]|$)/;
/** "ERR" may introduce anything, a proxy's 5xx or 429 included, and the client hides the status. These are the server's. */
const CERTAIN = /script|unknown (?:redis )?command|command is not available|limit exceeded|WAITAOF/i;

function serverLine(line: string): TryOutcome<CommandReply> {
  if (isBusy(line)) return { retry: "busy", text: "the database is busy or loading" };
  if (CODED.test(line) && (!line.startsWith("ERR") || CERTAIN.test(line))) return { answer: { error: line } };
  // What the server did is not known. Repeating does no harm, taking it for a refusal could orphan a lease.
  return { retry: "status", text: "an HTTP error, or one the server did not explain" };
}
