import type { Quorum } from "./options.ts";

/** Where a node keeps its membership. @param keys those of a name or of several. */
export function memberKey({ membership }: Quorum, keys: readonly string[]): string {
  const [key = ""] = keys;
  return memberKeyOf(membership ?? key.slice(0, key.indexOf(":{")));
}

export function memberKeyOf(namespace: string): string {
  return `${namespace}:member`;
}
