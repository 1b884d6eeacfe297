import type { Fault, FaultAction } from "../faults.ts";
import { type Answer, type Call, headerOf, JSON_TYPE, type Parts } from "./context.ts";
import { RequestProblem } from "./problem.ts";
import { readBody } from "./request-body.ts";

const LARGEST_BODY = 65_536;

/** A fault as JSON: `command` stands in for the function `when`, and "Infinity" has no number in JSON. */
interface FaultBody extends Omit<Fault, "when" | "times"> {
  times?: number | "Infinity";
  /** Hits only requests that hold this command, in any case. */
  command?: string;
}

const readFault = (body: FaultBody): Fault => {
  const { command, times, ...rest } = body;
  const wanted = command?.toLowerCase();
  return {
    ...rest,
    action: rest.action as FaultAction,
    ...(times === undefined ? {} : { times: Number(times) }),
    ...(wanted === undefined
      ? {}
      : { when: ({ commands }) => commands.some(([name]) => name?.toLowerCase() === wanted) }),
  };
};

/** The meter and the faults, behind a token of their own; all of it is 404 when there is none. */
export const adminRoute = ({ adminTokens, faults, meter }: Parts): ((call: Call) => Promise<Answer>) => {
  const inject = async (call: Call): Promise<void> => {
    const body = await readBody(call.incoming, LARGEST_BODY);
    try {
      faults.inject(readFault(JSON.parse(body.toString()) as FaultBody));
    } catch (error) {
      throw new RequestProblem(
        400,
        `ERR ${error instanceof TypeError ? error.message : "the fault is not valid JSON"}`,
      );
    }
  };
  const injected = () => ({ injected: faults.injected });
  const routes: Record<string, (call: Call) => Promise<unknown> | unknown> = {
    "GET meter": () => meter.read(),
    "DELETE meter": () => meter.reset().then(() => meter.read()),
    "GET faults": injected,
    "POST faults": (call) => inject(call).then(injected),
    "DELETE faults": () => {
      faults.clear();
      return injected();
    },
  };

  return async (call) => {
    if (!adminTokens)
      throw new RequestProblem(404, "ERR /admin is off: start the gateway with an admin token");
    if (!adminTokens.access(headerOf(call, "authorization"), undefined))
      throw new RequestProblem(401, "Unauthorized");
    const path = call.target.segments.slice(1).join("/");
    if (path === "faults" && !faults.allowed)
      throw new RequestProblem(404, "ERR faults are off: start the gateway with faults");
    const route = routes[`${call.incoming.method} ${path}`];
    if (!route) throw new RequestProblem(404, "ERR no such admin path");
    return { status: 200, body: JSON.stringify(await route(call)), headers: JSON_TYPE };
  };
};
