import type { RouteConfig, z } from "@hono/zod-openapi";
import { allow, checkName } from "./accounts/rights.ts";
import type { ServiceApp, ServiceContext } from "./context.ts";
import { check, readBody, readQuery } from "./validate.ts";

type Route = RouteConfig & {
  request?: {
    params?: z.ZodType;
    query?: z.ZodType;
    body?: { content: { "application/json"?: { schema: z.ZodType } } };
  };
};
type Of<T> = T extends z.ZodType ? z.output<T> : undefined;
type BodyOf<T> = T extends { content: { "application/json": { schema: infer S } } } ? Of<S> : undefined;

/** What a request to the route carries, checked. */
export interface Input<R extends Route> {
  readonly params: Of<NonNullable<R["request"]>["params"]>;
  readonly query: Of<NonNullable<R["request"]>["query"]>;
  readonly body: BodyOf<NonNullable<R["request"]>["body"]>;
}

/**
 * Puts a route of the protocol into the app and its description: the right to it comes first, then the lock's name if the path
 * has one, then everything else that was sent.
 */
export function mount<const R extends Route>(
  app: ServiceApp,
  route: R,
  handler: (c: ServiceContext, input: Input<R>) => Response | Promise<Response>,
): void {
  const { params, query, body } = route.request ?? {};
  const schema = body?.content["application/json"]?.schema;
  app.openAPIRegistry.registerPath(route);
  app.on(route.method, routingPath(route.path), async (c) => {
    allow(c, route);
    // An empty segment is a parameter as well, so that it is told to be a bad one.
    const input = {
      params: params && check(params, c.req.param(), "path"),
      query: query && readQuery(c.req.url, query),
    } as Input<R>;
    const { name } = (input.params ?? {}) as { name?: string };
    if (name !== undefined) checkName(c, name);
    return handler(c, {
      ...input,
      body: (schema && (await readBody(c.req.raw, schema))) as Input<R>["body"],
    });
  });
}

/** As Hono writes it. A parameter in the middle may be empty; at the end that is another path. */
function routingPath(path: string): string {
  return path.replace(/\{(\w+)\}(?=\/)/g, ":$1{[^/]*}").replace(/\{(\w+)\}/g, ":$1");
}
