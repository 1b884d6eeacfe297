import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { Fault, FaultAction } from "../faults.ts";
import type { Env, Parts } from "./context.ts";
import { errorBody } from "./problem.ts";

/** Cuts the connection without a word, as a network does. */
export const destroy = (c: Context<Env>): Response => {
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
};

/** Says nothing until the client has left or the gateway closes. */
const hang = async (c: Context<Env>, closing: AbortSignal): Promise<Response> => {
  if (!c.env.outgoing.closed) await once(c.env.outgoing, "close", { signal: closing }).catch(() => {});
  return destroy(c);
};

/** Carries a request through the faults that hit it; `execute` runs its commands, `answer` makes the response. */
export const disturb = async <T>(
  c: Context<Env>,
  { closing, engine }: Parts,
  faults: readonly Fault[],
  execute: () => Promise<T>,
  answer: (outcome: T) => Response,
): Promise<Response> => {
  if (faults.length === 0) return answer(await execute());
  const find = (action: FaultAction): Fault | undefined => faults.find((fault) => fault.action === action);
  const pause = (fault: Fault | undefined) =>
    fault?.delayMs ? sleep(fault.delayMs, undefined, { signal: closing }) : undefined;

  if (find("flush-scripts")) await engine.own(await engine.shared(), ["SCRIPT", "FLUSH"]);
  await pause(find("delay-request"));
  if (find("drop-request")) return destroy(c);
  const silence = find("hang");
  if (silence && !silence.afterExecuting) return hang(c, closing);
  const status = find("status");
  if (status) {
    return new Response(errorBody("ERR injected fault"), {
      status: status.status ?? 503,
      headers: { "content-type": "application/json", ...status.headers },
    });
  }
  const outcome = await execute();
  if (find("duplicate")) await execute();
  if (silence) return hang(c, closing);
  if (find("drop-reply")) return destroy(c);
  await pause(find("delay-reply"));
  return answer(outcome);
};
