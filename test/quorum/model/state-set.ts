// Packed states, each once, in the order they were found: the states themselves are compared, not only their hashes.

export interface StateSet {
  readonly size: number;
  /** Adds the state unless it is known. */
  add(words: Uint32Array, parent: number): void;
  /** A view that later additions may make stale. */
  at(index: number): Uint32Array;
  parent(index: number): number;
}

export function newStateSet(width: number): StateSet {
  let capacity = 1 << 12;
  let states = new Uint32Array(capacity * width);
  let parents = new Int32Array(capacity);
  let table = new Int32Array(capacity * 2).fill(-1);
  let size = 0;

  function hash(words: Uint32Array, from: number): number {
    let h = 0;
    for (let i = 0; i < width; i++) {
      h = Math.imul(h ^ (words[from + i] ?? 0), 0x9e3779b1);
      h ^= h >>> 15;
    }
    return h >>> 0;
  }

  function isAt(index: number, words: Uint32Array): boolean {
    for (let i = 0; i < width; i++) if (states[index * width + i] !== words[i]) return false;
    return true;
  }

  function grow(): void {
    capacity *= 2;
    const more = new Uint32Array(capacity * width);
    more.set(states);
    states = more;
    const moreParents = new Int32Array(capacity);
    moreParents.set(parents);
    parents = moreParents;
    table = new Int32Array(capacity * 2).fill(-1);
    const mask = table.length - 1;
    for (let index = 0; index < size; index++) {
      let slot = hash(states, index * width) & mask;
      while (table[slot] !== -1) slot = (slot + 1) & mask;
      table[slot] = index;
    }
  }

  return {
    get size() {
      return size;
    },
    add(words, parent) {
      const mask = table.length - 1;
      let slot = hash(words, 0) & mask;
      for (let index = table[slot] ?? -1; index !== -1; index = table[slot] ?? -1) {
        if (isAt(index, words)) return;
        slot = (slot + 1) & mask;
      }
      table[slot] = size;
      states.set(words, size * width);
      parents[size] = parent;
      size += 1;
      if (size === capacity) grow();
    },
    at: (index) => states.subarray(index * width, (index + 1) * width),
    parent: (index) => parents[index] ?? -1,
  };
}
