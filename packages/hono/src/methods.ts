import type { ServiceApp } from "./context.ts";
import { Problem } from "./problem.ts";

/** Answers 405 to every other method at the paths that the app has by now. */
export function offerMethods(app: ServiceApp): void {
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of app.routes) {
    if (method === "ALL") continue;
    const known = methods.get(path) ?? new Set();
    methods.set(path, known.add(method));
    if (method === "GET") known.add("HEAD");
  }
  for (const [path, known] of methods) {
    const allow = [...known].join(", ");
    app.all(path, () => {
      throw new Problem("method-not-allowed", `This path has ${allow}.`, { headers: { allow } });
    });
  }
}
