/** The longest name, in UTF-16 units: that of the locks below. */
const MAX_LENGTH = 512;

/** The specification reserves names that begin with this, so no request has one. */
export const RESERVED = "-";

/**
 * The name below. The empty one, which there is none of below, becomes a reserved one; all others stay as they are, so
 * no two meet.
 *
 * @throws RangeError when it is too long. A digest would lock as well, but `query()` could not name it.
 */
export function nameBelow(name: string): string {
  if (name.length > MAX_LENGTH)
    throw new RangeError(
      `a lock name has at most ${MAX_LENGTH} UTF-16 units across machines; this one has ${name.length}.`,
    );
  return name === "" ? RESERVED : name;
}

export function nameAbove(name: string): string {
  return name === RESERVED ? "" : name;
}
