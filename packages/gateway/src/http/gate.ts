import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { MiddlewareHandler } from "hono";
import type { Env, Parts } from "./context.ts";
import { RequestProblem } from "./problem.ts";
import { readTarget } from "./target.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT"]);

/** Names the gateway's state as of a response. One engine has nothing to catch up with, so any value will do. */
const syncTokens = (): (() => string) => {
  const run = randomUUID().slice(0, 8);
  let responses = 0;
  return () => `${run}-${(responses++).toString(36)}`;
};

/** Network delay, method and token, before anything of the request is looked at; the sync token after it. */
export const gate = ({ faults, meter, tokens, closing }: Parts): MiddlewareHandler<Env> => {
  const syncToken = syncTokens();
  const delay = (ms: number) => (ms > 0 ? sleep(ms, undefined, { signal: closing }) : undefined);
  return async (c, next) => {
    meter.arrived();
    await delay(faults.requestMs);
    const target = readTarget(c.env.incoming.url ?? "/");
    c.header("upstash-sync-token", syncToken());
    if (!METHODS.has(c.req.method)) throw new RequestProblem(405, "ERR method not allowed");
    const access = tokens.access(c.req.header("authorization"), target.token);
    if (access === undefined) throw new RequestProblem(401, "Unauthorized");
    c.set("access", access);
    c.set("target", target);
    await next();
    await delay(faults.replyMs);
  };
};
