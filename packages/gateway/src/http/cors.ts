import type { OutgoingHttpHeaders } from "node:http";
import { type Call, headerOf } from "./context.ts";

/** Every answer can be read by a page of any origin: tokens travel in a header that no browser adds by itself. */
export const READABLE: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "upstash-sync-token",
};

/** Grants a preflight whatever headers it asks for: clients add some of their own (telemetry, sync token). */
export const preflight = (call: Call): void => {
  const asked = headerOf(call, "access-control-request-headers");
  const headers: OutgoingHttpHeaders = {
    ...READABLE,
    "access-control-allow-methods": "GET,HEAD,POST,PUT",
    "access-control-max-age": "86400",
    ...(asked && { "access-control-allow-headers": asked, vary: "access-control-request-headers" }),
  };
  call.outgoing.writeHead(204, headers).end();
};
