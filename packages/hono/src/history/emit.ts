import type { ServiceContext } from "../context.ts";
import type { ServiceEvent } from "./event.ts";

/** Tells the listener of this request's options. Its failures are its own, those of an async one included. */
export function emit(c: ServiceContext, event: ServiceEvent): void {
  try {
    const told: unknown = c.var.options.onEvent?.(event);
    if (told instanceof Promise) told.catch(() => {});
  } catch {
    // The lock does not suffer from what only looks on.
  }
}
