import { routes } from "@holdfast/protocol";
import type { ServiceApp } from "../context.ts";
import { mount } from "../mount.ts";
import { health } from "./health.ts";

/** Every route that is about locks. */
export function mountLocks(app: ServiceApp): void {
  mount(app, routes.health, health);
}
