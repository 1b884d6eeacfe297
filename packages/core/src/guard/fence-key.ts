import { invalid } from "../errors.ts";

const MAX_KEY_LENGTH = 512;

/**
 * The key beside `key` that keeps its fence. Both hash to one slot of a cluster: a key with a hash tag shares it,
 * another becomes the tag. No two keys share a record, since the two forms end differently.
 *
 * @throws HoldfastError `invalid-argument` for what is no key, or a key that cannot become a tag.
 */
export function fenceKeyOf(key: unknown): string {
  if (typeof key !== "string" || key.length === 0 || key.length > MAX_KEY_LENGTH)
    throw invalid(`a guarded key must be a string of 1 to ${MAX_KEY_LENGTH} UTF-16 units.`);
  if (/\}(.*:)?:fence$/s.test(key)) throw invalid("this key keeps the fence of another one.");
  if (/\p{Cs}/u.test(key)) throw invalid("a guarded key must not contain lone surrogates.");
  // Redis Cluster specification, "Hash tags": between the first "{" and the first "}" after it, unless that is nothing.
  if (/^[^{]*\{[^}]+\}/.test(key)) return `${key}::fence`;
  if (key.includes("}"))
    throw invalid(
      'a guarded key with "}" needs a hash tag, such as invoice:{42}, so that its fence can share it.',
    );
  return `{${key}}:fence`;
}
