import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

const YEAR_S = 31_536_000;

/** An answer of the API is data: should a browser be brought to show one, it may load nothing, run nothing and be framed nowhere. */
const always = {
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: "DENY",
  overwrite: false,
};

/** Headers that browsers heed, on every answer. One that a handler set stays. */
export function securityHeaders(): MiddlewareHandler {
  // Other hosts of the domain are not this service's affair.
  const https = secureHeaders({ ...always, strictTransportSecurity: `max-age=${YEAR_S}` });
  const http = secureHeaders({ ...always, strictTransportSecurity: false });
  return (c, next) => (new URL(c.req.url).protocol === "https:" ? https : http)(c, next);
}
