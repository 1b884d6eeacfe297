/**
 * What Redis Cluster hashes of a key: the text between the first `{` and the first `}` after it, if there is
 * any; else the whole key (Redis Cluster specification, "Hash tags").
 */
export function hashTag(key: string): string {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}
