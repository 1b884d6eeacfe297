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

/** One command through the client, within `limitMs`. Rejects only with the signal's reason. */
export async function sendOnce(
  clock: Clock,
  requester: Requester,
  command: readonly string[],
  limitMs: number,
  options: RunOptions,
): Promise<TryOutcome<CommandReply>> {
  options.onSend?.();
  return within(clock, limitMs, options, async (signal) => {
    try {
      return decode(await requester.request({ body: command, signal }));
    } catch (thrown) {
      return decodeError(thrown);
    }
  });
}

const NOT_THE_PROTOCOL = { retry: "network", text: "the answer was not the REST protocol's JSON" } as const;

function decode(answer: { result?: unknown; error?: string } | undefined): TryOutcome<CommandReply> {
  if (typeof answer?.error === "string") return serverLine(answer.error);
  if (answer?.result === undefined) return NOT_THE_PROTOCOL;
  return { answer: { result: answer.result as Reply } };
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
const CERTAIN = /script|unknown (?:redis )?command|command is not available|limit exceeded/i;

function serverLine(line: string): TryOutcome<CommandReply> {
  if (isBusy(line)) return { retry: "busy", text: "the database is busy or loading" };
  if (CODED.test(line) && (!line.startsWith("ERR") || CERTAIN.test(line))) return { answer: { error: line } };
  // What the server did is not known. Repeating does no harm, taking it for a refusal could orphan a lease.
  return { retry: "status", text: "an HTTP error, or one the server did not explain" };
}
