import { Hono, type MiddlewareHandler } from "hono";
import type { Fault, FaultAction } from "../faults.ts";
import type { Env, Parts } from "./context.ts";
import { RequestProblem } from "./problem.ts";

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
export const adminRoutes = ({ adminTokens, faults, meter }: Parts): Hono<Env> => {
  const app = new Hono<Env>();
  const open: MiddlewareHandler<Env> = async (c, next) => {
    if (!adminTokens)
      throw new RequestProblem(404, "ERR /admin is off: start the gateway with an admin token");
    if (!adminTokens.access(c.req.header("authorization"), undefined))
      throw new RequestProblem(401, "Unauthorized");
    await next();
  };
  const onlyWithFaults: MiddlewareHandler<Env> = async (_c, next) => {
    if (!faults.allowed) throw new RequestProblem(404, "ERR faults are off: start the gateway with faults");
    await next();
  };
  app.use(open);
  app.get("/meter", async (c) => c.json(await meter.read()));
  app.delete("/meter", async (c) => {
    await meter.reset();
    return c.json(await meter.read());
  });
  app.use("/faults", onlyWithFaults);
  app.get("/faults", (c) => c.json({ injected: faults.injected }));
  app.post("/faults", async (c) => {
    if (Number(c.req.header("content-length") ?? 0) > LARGEST_BODY)
      throw new RequestProblem(413, "ERR body too large");
    try {
      faults.inject(readFault(await c.req.json<FaultBody>()));
    } catch (error) {
      throw new RequestProblem(
        400,
        `ERR ${error instanceof TypeError ? error.message : "the fault is not valid JSON"}`,
      );
    }
    return c.json({ injected: faults.injected });
  });
  app.delete("/faults", (c) => {
    faults.clear();
    return c.json({ injected: faults.injected });
  });
  app.all("*", () => {
    throw new RequestProblem(404, "ERR no such admin path");
  });
  return app;
};
