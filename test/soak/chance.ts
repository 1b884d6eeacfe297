/** From `least` to `most`, evenly. */
export function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}

/** A whole number from 0 to `count` - 1. */
export function below(count: number): number {
  return Math.floor(Math.random() * count);
}

export function anyOf<T>(items: readonly T[]): T {
  return items[below(items.length)] as T;
}

/** One of the keys, as often as its weight says. */
export function weighted<K extends string>(weights: Record<K, number>): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = Math.random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return (entries.at(-1) as [K, number])[0];
}
