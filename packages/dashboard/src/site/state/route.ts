import { type ReadonlySignal, signal } from "@preact/signals";
import { isAddressable } from "../api/client.ts";

/** Where one is, by the part of the address after the #. It never reaches a server, so names may be in it. */

export type Route =
  | { readonly view: "locks" }
  | { readonly view: "lock"; readonly name: string }
  | { readonly view: "jobs" }
  | { readonly view: "job"; readonly job: string }
  | { readonly view: "overview" }
  | { readonly view: "keys" }
  | { readonly view: "audit" };

const current = signal<Route>(parse(location.hash));
export const route: ReadonlySignal<Route> = current;

addEventListener("hashchange", () => {
  current.value = parse(location.hash);
});

/** The address of a lock's page; undefined for names that no URL can carry. */
export function lockHref(name: string): string | undefined {
  if (!isAddressable(name)) return undefined;
  return `#/locks/${encodeURIComponent(name)}`;
}

/** The address of a job's page; undefined likewise. */
export function jobHref(job: string): string | undefined {
  if (!isAddressable(job)) return undefined;
  return `#/jobs/${encodeURIComponent(job)}`;
}

function parse(hash: string): Route {
  const path = hash.replace(/^#\/?/, "");
  if (path === "jobs" || path === "overview" || path === "keys" || path === "audit") return { view: path };
  const [, kind, encoded] = /^(locks|jobs)\/(.+)$/.exec(path) ?? [];
  if (encoded === undefined) return { view: "locks" };
  try {
    const name = decodeURIComponent(encoded);
    return kind === "jobs" ? { view: "job", job: name } : { view: "lock", name };
  } catch {
    return { view: "locks" }; // an address that was cut
  }
}
