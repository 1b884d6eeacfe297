/** How long things took, by kind, in milliseconds. */
export class Timings<K extends string> {
  readonly #taken = new Map<K, number[]>();

  add(kind: K, ms: number): void {
    const taken = this.#taken.get(kind) ?? [];
    this.#taken.set(kind, taken);
    taken.push(ms);
  }

  get count(): number {
    return [...this.#taken.values()].reduce((sum, { length }) => sum + length, 0);
  }

  summary(): Record<string, Quantiles> {
    return Object.fromEntries([...this.#taken].map(([kind, taken]) => [kind, quantiles(taken)]));
  }
}

export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { count: sorted.length, p50: rank(0.5), p99: rank(0.99) };
}
