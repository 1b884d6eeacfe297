import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Chance that is the same for the same seed. */
export interface Random {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** From `from` up to, not including, `to`; may be fractional. */
  between(from: number, to: number): number;
  /** The same, with as many draws from 1 to 10 as from 10 to 100. `from` is greater than 0. */
  magnitude(from: number, to: number): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/**
 * xoroshiro128+ (Blackman and Vigna, 2018). `label` gives independent streams of one seed, so that what one part of
 * a simulation draws does not move what another part does.
 */
export function createRandom(seed: number, label: string): Random {
  const generator = xoroshiro128plus(fnv1a(`${seed}/${label}`));
  const float = () => uniformFloat64(generator);
  const random: Random = {
    chance: (probability) => float() < probability,
    between: (from, to) => from + float() * (to - from),
    magnitude: (from, to) => from * (to / from) ** float(),
    whole: (from, to) => uniformInt(generator, from, to),
    pick: <T>(list: readonly T[]) => list[uniformInt(generator, 0, list.length - 1)] as T,
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) bytes[i] = generator.next();
      return bytes;
    },
  };
  return random;
}

/** FNV-1a (Fowler, Noll, Vo), 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
