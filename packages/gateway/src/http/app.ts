import type { RequestListener } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { EngineUnavailableError } from "../engine/connection.ts";
import { delay } from "../timer.ts";
import { adminRoute } from "./admin.ts";
import { commandRoute } from "./commands.ts";
import { type Answer, type Answered, type Call, JSON_TYPE, type Parts } from "./context.ts";
import { preflight, READABLE } from "./cors.ts";
import { destroy } from "./disturb.ts";
import { gate } from "./gate.ts";
import { errorBody, RequestProblem } from "./problem.ts";
import { streamRoute, streamSource } from "./streams.ts";
import { syncTokens } from "./sync-token.ts";
import { readTarget } from "./target.ts";

const statusOf = (error: unknown): number => {
  if (error instanceof RequestProblem) return error.status;
  return error instanceof EngineUnavailableError ? 503 : 500;
};

const textOf = (error: unknown): string => {
  if (error instanceof RequestProblem) return error.message;
  return error instanceof EngineUnavailableError
    ? `ERR ${error.message}`
    : "ERR internal error of the gateway";
};

const failure = (error: unknown): Answer => ({
  status: statusOf(error),
  body: errorBody(textOf(error)),
  headers: JSON_TYPE,
});

const send = ({ outgoing }: Call, { status, body, headers }: Answer, more: Answer["headers"]): void => {
  const length = String(Buffer.byteLength(body));
  outgoing.writeHead(status, { ...READABLE, ...more, ...headers, "content-length": length });
  outgoing.end(body);
};

/**
 * The whole HTTP surface, on Node's own request and response: turning them into the web's and back was a third of what
 * a request takes here. Every answer that is no stream and no RESP2 is JSON, whatever its status.
 */
export const createApp = (parts: Parts): RequestListener => {
  const { closing, faults, meter } = parts;
  const admit = gate(parts);
  const admin = adminRoute(parts);
  const stream = streamRoute(parts);
  const commands = commandRoute(parts);
  const syncToken = syncTokens();

  /**
   * Somebody may be waiting for what the command has published, and it arrives on another connection just behind the
   * reply: it is read and passed on before this request, which has got what it came for, is answered.
   */
  const messagesFirst = async (): Promise<void> => {
    for (let turns = 2; turns > 0 && faults.streams > 0; turns--) await nextTurn();
  };
  const routed = async (call: Call): Promise<Answer | Answered> => {
    const admitted = await admit(call);
    const source = streamSource(admitted);
    return source ? stream(admitted, source) : commands(admitted);
  };
  const serveClient = async (call: Call): Promise<void> => {
    const answer = await routed(call).catch((error: unknown) => {
      // Half an answer at the end would look like the engine's failure, and so it is to a stream that has begun.
      if (closing.aborted || call.outgoing.headersSent) throw error;
      return failure(error);
    });
    if (!answer) return;
    await messagesFirst();
    meter.sent(Buffer.byteLength(answer.body));
    if (faults.replyMs > 0) await delay(faults.replyMs, closing);
    send(call, answer, { "upstash-sync-token": syncToken() });
  };
  const serveAdmin = async (call: Call): Promise<void> => {
    send(call, await admin(call).catch(failure), {});
  };

  return (incoming, outgoing) => {
    const call = { incoming, outgoing, target: readTarget(incoming.url ?? "/") };
    if (incoming.method === "OPTIONS") preflight(call);
    else (call.target.segments[0] === "admin" ? serveAdmin : serveClient)(call).catch(() => destroy(call));
  };
};
