import type { FaultRequest } from "@holdfast/gateway";

/** Matches the requests of one name, so that a fault meets nobody else's. For names that need no escape. */
export function about(name: string): (request: FaultRequest) => boolean {
  return ({ commands }) => commands.flat().some((word) => word.includes(`{${name}}`));
}
