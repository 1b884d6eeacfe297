import { once } from "node:events";
import type { Fault, FaultAction } from "../faults.ts";
import { delay } from "../timer.ts";
import { type Answer, type Answered, type Call, JSON_TYPE, type Parts } from "./context.ts";
import { errorBody } from "./problem.ts";

/** Cuts the connection without a word, as a network does. */
export const destroy = ({ incoming }: Call): Answered => {
  incoming.socket.destroy();
  return undefined;
};

/** Says nothing until the client has left or the gateway closes. */
const hang = async (call: Call, closing: AbortSignal): Promise<Answered> => {
  if (!call.outgoing.closed) await once(call.outgoing, "close", { signal: closing }).catch(() => {});
  return destroy(call);
};

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Carries a request through the faults that hit it; `execute` runs its commands, `answer` makes the response. */
export const disturb = async <T>(
  call: Call,
  { closing, engine }: Parts,
  faults: readonly Fault[],
  execute: () => Promise<T>,
  answer: (outcome: T) => Answer | Answered | Promise<Answered>,
): Promise<Answer | Answered> => {
  if (faults.length === 0) return answer(await execute());
  const find = (action: FaultAction): Fault | undefined => faults.find((fault) => fault.action === action);
  const pause = (fault: Fault | undefined) => delay(fault?.delayMs ?? 0, closing);

  if (find("flush-scripts")) await engine.own(await engine.shared(), ["SCRIPT", "FLUSH"]);
  await pause(find("delay-request"));
  if (find("drop-request")) return destroy(call);
  const silence = find("hang");
  if (silence && !silence.afterExecuting) return hang(call, closing);
  const status = find("status");
  if (status) {
    return {
      status: status.status ?? 503,
      body: errorBody("ERR injected fault"),
      headers: { ...JSON_TYPE, ...lowerCased(status.headers ?? {}) },
    };
  }
  const outcome = await execute();
  if (find("duplicate")) await execute();
  if (silence) return hang(call, closing);
  if (find("drop-reply")) return destroy(call);
  await pause(find("delay-reply"));
  return answer(outcome);
};
