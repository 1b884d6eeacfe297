import fc from "fast-check";

/** A UTF-16 unit: any, and those more often that keys are made of or that are half of something. */
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0xd800, max: 0xdfff }),
  fc.integer({ min: 0, max: 0xa0 }),
  fc.constantFrom(...[..."%{}:*?[]\\\"' /0d8af"].map((character) => character.charCodeAt(0))),
);

/** Strings of so many UTF-16 units, whole pairs and halves. */
export function strings(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const of = (part: fc.Arbitrary<string>) =>
    fc.array(part, { minLength, maxLength, size: "max" }).map((parts) => parts.join("").slice(0, maxLength));
  return fc.oneof(
    of(unit.map((code) => String.fromCharCode(code))),
    of(fc.constantFrom("\u{1f512}", "é", "e\u0301", "a")),
    of(fc.constantFrom(..."ab:{}%0\0")),
  );
}

/** Lock names: 1 to 512 UTF-16 units of anything. */
export const names: fc.Arbitrary<string> = strings(1, 512);

/** Namespaces: 1 to 64 of the characters that are allowed, the confusable ones more often. */
export const namespaces = fc.oneof(
  fc.constant("holdfast"),
  fc.stringMatching(/^[ab:.-]{1,6}$/),
  fc.stringMatching(/^[A-Za-z0-9_.:-]{1,64}$/),
);

/** Stands for anything confidential. Whatever carries it may not appear in an error. */
export const SECRET = "sEcret-of-the-caller";

/** Whatever a caller without types can pass. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.constantFrom<unknown[]>(
    undefined,
    null,
    Symbol(SECRET),
    SECRET,
    [SECRET],
    { [Symbol(SECRET)]: SECRET },
    () => SECRET,
  ),
);

/** Numbers about the limits, near misses and what only looks like a number. */
export function around(...limits: number[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    ...limits.map((limit) => fc.integer({ min: limit - 2, max: limit + 2 })),
    fc.integer({ min: Math.min(...limits), max: Math.max(...limits) }),
    fc.double(),
    fc.constantFrom<unknown[]>(
      0,
      -0,
      -1,
      0.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      1e300,
      "1000",
      1000n,
      true,
    ),
    anything,
  );
}
