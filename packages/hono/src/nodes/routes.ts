import { type NodesBody, routes } from "@holdfast/protocol";
import { leaveTo, type ServiceApp } from "../context.ts";
import { mount } from "../mount.ts";

/** `GET /v1/nodes`: one request to each of them. */
export function mountNodes(app: ServiceApp): void {
  mount(app, routes.nodes, async (c) => {
    const { service, principal } = c.var;
    const health = await service.nodes?.storeFor(leaveTo(c)).health(service.namespaceOf(principal));
    const nodes = (health ?? []).map((node) => ({ ...node, latencyMs: Math.round(node.latencyMs) }));
    return c.json({ nodes } satisfies NodesBody, 200);
  });
}
