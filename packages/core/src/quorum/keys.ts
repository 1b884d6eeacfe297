/** Where a node keeps its membership: one key of each namespace. @param keys those of a name or of several. */
export function memberKey(keys: readonly string[]): string {
  const [key = ""] = keys;
  return memberKeyOf(key.slice(0, key.indexOf(":{")));
}

export function memberKeyOf(namespace: string): string {
  return `${namespace}:member`;
}
