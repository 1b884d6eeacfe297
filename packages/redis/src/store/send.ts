import {
  type Clock,
  type CommandReply,
  HoldfastError,
  isBusy,
  type Reply,
  type RunOptions,
  type TryOutcome,
  within,
} from "@holdfast/core";
import type { Connection, Send, SendTogether } from "./connection.ts";

/**
 * One command through the client, within `limitMs`. The client may keep it for longer, in a queue or on a connection
 * that hangs, and have it executed late: scripts may be, see `Store`.
 */
export async function sendOnce(
  clock: Clock,
  connection: Connection,
  send: Send,
  command: readonly string[],
  limitMs: number,
  options: RunOptions,
): Promise<TryOutcome<CommandReply>> {
  ready(connection, options);
  return within(clock, limitMs, options, async (signal) => {
    try {
      return decode(await send(command, signal));
    } catch (thrown) {
      return decodeError(connection, thrown);
    }
  });
}

/** The same for a command and one right behind it. */
export async function sendBoth(
  clock: Clock,
  connection: Connection,
  send: SendTogether,
  commands: readonly [readonly string[], readonly string[]],
  limitMs: number,
  options: RunOptions,
): Promise<TryOutcome<CommandReply>> {
  ready(connection, options);
  return within(clock, limitMs, options, async (signal) => {
    let outcomes: Awaited<ReturnType<SendTogether>>;
    try {
      outcomes = await send(commands, signal);
    } catch (thrown) {
      return decodeError(connection, thrown);
    }
    const [first, second] = outcomes.map((outcome) =>
      outcome.status === "rejected" ? decodeError(connection, outcome.reason) : decode(outcome.value),
    );
    if (!first || !second) return NOT_THE_PROTOCOL;
    if (!("answer" in first) || "error" in first.answer) return first;
    return "answer" in second ? { answer: { ...first.answer, behind: second.answer } } : second;
  });
}

function ready(connection: Connection, options: RunOptions): void {
  const reason = connection.unusable();
  if (reason !== undefined) throw unusable(connection, reason);
  options.signal?.throwIfAborted();
  options.onSend?.();
}

function decode(reply: unknown): TryOutcome<CommandReply> {
  return isReply(reply) ? { answer: { result: reply } } : NOT_THE_PROTOCOL;
}

const NOT_THE_PROTOCOL = { retry: "network", text: "the client gave a reply of another type" } as const;

/** What a script can answer. Clients can be told to make other types of it. */
function isReply(value: unknown): value is Reply {
  if (Array.isArray(value)) return value.every(isReply);
  return value === null || typeof value === "string" || typeof value === "number";
}

/** An error line of a server begins with its code. No text of the client's own or of the system's does. */
const CODED = /^[A-Z][A-Z0-9]+( |$)/;

/** Errors of both clients carry the command, keys and arguments included. Only the server's line goes on. */
function decodeError(connection: Connection, thrown: unknown): TryOutcome<CommandReply> {
  const { message, code } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : { message: "" };
  if (isOnlyListening(message)) throw unusable(connection, ONLY_LISTENS);
  if (isBusy(message)) return { retry: "busy", text: "the database is busy or loading" };
  if (/^(MOVED|ASK|CROSSSLOT) /.test(message)) throw new HoldfastError("refused", OF_A_CLUSTER);
  // How a long command fails that was sent before the server has let the client in.
  if (message.includes("unauthenticated")) return { answer: { error: "NOAUTH" } };
  if (CODED.test(message)) return { answer: { error: message } };
  if (message === "Command timed out") return { retry: "timeout", text: "the client's command timeout" };
  const system = typeof code === "string" && /^[A-Z_]+$/.test(code) ? ` (${code})` : "";
  return { retry: "network", text: `the connection failed${system}` };
}

const OF_A_CLUSTER =
  "the server is one of a Redis Cluster and this client does not know clusters: use new Cluster(nodes) of ioredis or createCluster of node-redis.";

/** What is wrong with a client that subscribes, and the cure. */
export const ONLY_LISTENS: string =
  "the client is subscribed to channels and takes no other command; give the store a client of its own, such as client.duplicate().";

function isOnlyListening(message: string): boolean {
  return /only \(P(\|S)?\)SUBSCRIBE|in subscriber mode/.test(message);
}

function unusable({ maker }: Connection, reason: string): HoldfastError {
  return new HoldfastError("invalid-argument", `${maker}: ${reason}`);
}
