import { fencesOf } from "./fences.ts";
import { NODES } from "./rules.ts";
import { ENDED, FREE, NONE, nodeOf, type Phase, type Standing, type State, tryOf } from "./state.ts";

// A state in a few 32-bit words, the same ones for all states that differ only in which node, which client and which try
// is which, and in how far apart fences are. That is what makes the search end, and end soon.

/** Bits of what one node and one try have to do with each other, the same in word A (node 0) and B (nodes 1 and 2). */
const PAIR = 11;
const MOST_FENCES = 15;

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

export const wordsOf = (tries: number): number => NODES + 1 + 2 * tries;

export function newPacker(tries: number): (state: State) => Uint32Array {
  const nodeWords = new Uint32Array(NODES);
  const heads = new Uint32Array(tries);
  const pairs = new Uint32Array(tries * NODES);
  const signatures = new Array<number>(NODES).fill(0);
  const slots = Array.from({ length: tries }, (_, t) => t);
  const as = new Uint32Array(tries);
  const bs = new Uint32Array(tries);
  const words = new Uint32Array(wordsOf(tries));
  const best = new Uint32Array(wordsOf(tries));

  function sortSlots(): void {
    for (let i = 1; i < tries; i++) {
      const slot = slots[i] ?? 0;
      let at = i;
      for (; at > 0 && isAfter(slots[at - 1] ?? 0, slot); at--) slots[at] = slots[at - 1] ?? 0;
      slots[at] = slot;
    }
  }
  const isAfter = (i: number, j: number): boolean =>
    ((as[i] ?? 0) - (as[j] ?? 0) || (bs[i] ?? 0) - (bs[j] ?? 0)) > 0;

  return (state) => {
    const known = fencesOf(state);
    if (known.length > MOST_FENCES) throw new Error(`${known.length} different fences in one state`);
    for (let t = 0; t < tries; t++) {
      const { phase, old, again, fence, after } = tryOf(state, t);
      heads[t] =
        phase | (old ? 8 : 0) | (again ? 16 : 0) | (rank(known, fence) << 7) | (rank(known, after) << 12);
    }
    for (let n = 0; n < NODES; n++) {
      const node = nodeOf(state, n);
      nodeWords[n] =
        bound(known, node.record) |
        (bound(known, node.floor) << 5) |
        (bound(known, node.mark) << 10) |
        (bound(known, node.lateAdmission) << 15) |
        (node.standing << 20) |
        (node.read ? 1 << 22 : 0) |
        (node.holder === ENDED ? 1 << 23 : 0) |
        (node.lateAdmission === NONE ? 0 : 1 << 24);
      let sum = 0;
      for (let t = 0; t < tries; t++) {
        const attempt = tryOf(state, t);
        const pair =
          ((attempt.heard >> n) & 1) |
          (node.holder === t ? 1 << 5 : 0) |
          ((node.fenced.indexOf(t) + 1) << 6) |
          (((attempt.standing >> n) & 1) << 9) |
          (((attempt.takenBack >> n) & 1) << 10);
        pairs[t * NODES + n] = pair;
        sum = (sum + mix(((heads[t] ?? 0) << PAIR) ^ pair)) | 0;
      }
      signatures[n] = (mix(nodeWords[n] ?? 0) ^ sum) | 0;
    }
    let first = true;
    for (const order of ORDERS) {
      const x = order[0] ?? 0;
      const y = order[1] ?? 0;
      const z = order[2] ?? 0;
      // Nodes in the order of their signatures; all orders are compared only among nodes with the same one.
      const middle = signatures[y] ?? 0;
      if ((signatures[x] ?? 0) > middle || middle > (signatures[z] ?? 0)) continue;
      for (let t = 0; t < tries; t++) {
        as[t] = ((heads[t] ?? 0) << PAIR) | (pairs[t * NODES + x] ?? 0);
        bs[t] = ((pairs[t * NODES + y] ?? 0) << PAIR) | (pairs[t * NODES + z] ?? 0);
      }
      sortSlots();
      words[0] = bound(known, state.readFloor) | (state.losses << 5) | (state.gaveUp ? 1 << 8 : 0);
      words[1] = nodeWords[x] ?? 0;
      words[2] = nodeWords[y] ?? 0;
      words[3] = nodeWords[z] ?? 0;
      for (let i = 0; i < tries; i++) {
        words[4 + 2 * i] = as[slots[i] ?? 0] ?? 0;
        words[5 + 2 * i] = bs[slots[i] ?? 0] ?? 0;
      }
      if (first || isLess(words, best)) best.set(words);
      first = false;
    }
    return best;
  };
}

/** A fence's place in the order of all, doubled to leave room between. */
const rank = (known: number[], fence: number): number => 2 * (known.indexOf(fence) + 1);

/**
 * A bound by the greatest fence that it reaches, and whether it is beyond that one: how far does not matter, since clocks
 * may make the next fence as great as they like.
 */
function bound(known: number[], value: number): number {
  let at = known.length;
  while (at > 0 && (known[at - 1] ?? 0) > value) at -= 1;
  return 2 * at + (at > 0 && value > (known[at - 1] ?? 0) ? 1 : 0);
}

function mix(word: number): number {
  const mixed = Math.imul(word ^ (word >>> 16), 0x45d9f3b);
  return Math.imul(mixed ^ (mixed >>> 13), 0x2c1b3c6d);
}

function isLess(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

export function unpack(words: Uint32Array, tries: number): State {
  const shared = words[0] ?? 0;
  const state: State = {
    nodes: [],
    tries: [],
    readFloor: shared & 31,
    losses: (shared >>> 5) & 7,
    gaveUp: ((shared >>> 8) & 1) === 1,
  };
  const places: [number, number][][] = [[], [], []];
  for (let n = 0; n < NODES; n++) {
    const word = words[1 + n] ?? 0;
    state.nodes.push({
      record: word & 31,
      floor: (word >>> 5) & 31,
      mark: (word >>> 10) & 31,
      lateAdmission: word & (1 << 24) ? (word >>> 15) & 31 : NONE,
      standing: ((word >>> 20) & 3) as Standing,
      read: ((word >>> 22) & 1) === 1,
      holder: (word >>> 23) & 1 ? ENDED : FREE,
      fenced: [],
    });
  }
  for (let t = 0; t < tries; t++) {
    const a = words[4 + 2 * t] ?? 0;
    const b = words[5 + 2 * t] ?? 0;
    const head = a >>> PAIR;
    let heard = 0;
    let standing = 0;
    let takenBack = 0;
    [a, b >>> PAIR, b].forEach((pair, n) => {
      const node = nodeOf(state, n);
      if (pair & 1) heard |= 1 << n;
      if (pair & (1 << 5)) node.holder = t;
      const place = (pair >>> 6) & 7;
      if (place > 0) places[n]?.push([place, t]);
      if (pair & (1 << 9)) standing |= 1 << n;
      if (pair & (1 << 10)) takenBack |= 1 << n;
    });
    state.tries.push({
      phase: (head & 7) as Phase,
      old: ((head >>> 3) & 1) === 1,
      again: ((head >>> 4) & 1) === 1,
      fence: (head >>> 7) & 31,
      after: (head >>> 12) & 31,
      heard,
      standing,
      takenBack,
    });
  }
  places.forEach((entries, n) => {
    const node = nodeOf(state, n);
    node.fenced = entries.sort(([i], [j]) => i - j).map(([, t]) => t);
  });
  return state;
}
