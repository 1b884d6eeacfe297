import type { MiddlewareHandler } from "hono";
import type { ServiceEnv } from "../context.ts";
import { Problem } from "../problem.ts";
import { authenticate } from "./authenticate.ts";
import { noToken } from "./challenge.ts";
import { keyIdIn } from "./key-format.ts";
import { limitRate } from "./rate-limit.ts";
import { refusedPrincipal, refusedStranger } from "./refusals.ts";
import { inTenant, TENANT_HEADER } from "./tenants.ts";

/**
 * Lets a request pass that presents a key or a token as a bearer token (RFC 6750), in the header and nowhere else: URLs get into
 * logs. From here on there is a principal.
 */
export function signedIn(): MiddlewareHandler<ServiceEnv> {
  return async (c, next) => {
    const { service } = c.var;
    const token = /^Bearer +([\x21-\x7e]+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    try {
      if (token === undefined) throw noToken();
      c.set("principal", await authenticate(service, token));
    } catch (error) {
      if (error instanceof Problem && (error.status === 401 || error.status === 403))
        refusedStranger(c, error, token && keyIdIn(token));
      throw error;
    }
    try {
      c.set("principal", inTenant(service, c.var.principal, c.req.header(TENANT_HEADER)));
    } catch (error) {
      if (error instanceof Problem && error.status === 403) refusedPrincipal(c, error.message);
      throw error;
    }
    const limits = await limitRate(c);
    await next();
    for (const [name, value] of Object.entries(limits)) c.res.headers.set(name, value);
    if (c.error instanceof Problem && c.error.status === 403) refusedPrincipal(c, c.error.message);
  };
}
