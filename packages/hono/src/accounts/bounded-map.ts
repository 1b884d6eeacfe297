/** A map that forgets what was set the longest ago, so that callers cannot make it grow without end. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override set(key: K, value: V): this {
    this.delete(key);
    if (this.size >= this.#most) this.delete(this.keys().next().value as K);
    return super.set(key, value);
  }
}
