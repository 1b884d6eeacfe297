import { PROBLEMS } from "@holdfast/protocol";
import type { ServiceApp } from "./context.ts";

const PATH = "/openapi.json";

const INFO = {
  title: "Holdfast",
  version: "1",
  description:
    "Locks over HTTP. A lease is yours for a limited time; `fence` grows with each grant of a name, so that what you write to can " +
    "refuse whoever comes late. Everything but success is `application/problem+json` with a stable `code`. " +
    "A name is percent-encoded into the path as UTF-8, as encodeURIComponent does.",
  license: { name: "MIT", identifier: "MIT" },
};

/** The API's description (OpenAPI 3.1) at `/openapi.json`, of every route that the app has by now. */
export function mountDocument(app: ServiceApp): void {
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An API key, or the operator's key.",
  });
  registry.registerComponent("securitySchemes", "jwt", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A token that one of the service's issuers signed for its user.",
  });
  for (const [code, { status, title }] of Object.entries(PROBLEMS))
    registry.registerComponent("examples", code, {
      summary: title,
      value: { type: `urn:holdfast:problem:${code}`, title, status, code, detail: `${title}.` },
    });
  let document: ReturnType<ServiceApp["getOpenAPI31Document"]> | undefined;
  app.get(PATH, (c) => {
    document ??= app.getOpenAPI31Document({ openapi: "3.1.0", info: INFO });
    // The app may be mounted below a path of another one.
    const base = c.req.path.slice(0, -PATH.length);
    return c.json({ ...document, servers: [{ url: base || "/" }] });
  });
}
