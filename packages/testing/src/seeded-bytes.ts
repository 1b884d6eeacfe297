/** Bytes that are the same for the same seed: mulberry32 (Tommy Ettinger, 2017). Guessable, so only for tests. */
export function seededBytes(seed: number): (length: number) => Uint8Array {
  let state = seed >>> 0;
  const byte = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 24;
  };
  return (length) => Uint8Array.from({ length }, byte);
}
