import { delay } from "../timer.ts";
import { type AdmittedCall, type Call, headerOf, type Parts } from "./context.ts";
import { RequestProblem } from "./problem.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT"]);

/** Network delay, method and token, before anything of the request is looked at. */
export const gate =
  ({ faults, meter, tokens, closing }: Parts) =>
  async (call: Call): Promise<AdmittedCall> => {
    meter.arrived();
    if (faults.requestMs > 0) await delay(faults.requestMs, closing);
    if (!METHODS.has(call.incoming.method ?? "")) throw new RequestProblem(405, "ERR method not allowed");
    const access = tokens.access(headerOf(call, "authorization"), call.target.token);
    if (access === undefined) throw new RequestProblem(401, "Unauthorized");
    return { ...call, access };
  };
