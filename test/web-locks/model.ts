/** What became of a request, as its caller sees it. */
export type Fate = "waiting" | "held" | "null" | "released" | "stolen" | "aborted";

export interface Entry {
  readonly name: string;
  readonly mode: LockMode;
  fate: Fate;
}

/**
 * The specification's algorithms (4.1 to 4.6) for one origin, each step as soon as it is enqueued. The client's answer
 * to a grant whose signal has aborted, to release it, comes at once too.
 */
export class Model {
  readonly entries: Entry[] = [];
  readonly #held = new Set<Entry>();
  #queue: Entry[] = [];

  request(name: string, { mode = "exclusive", ifAvailable, steal }: LockOptions): void {
    const entry: Entry = { name, mode, fate: "waiting" };
    this.entries.push(entry);
    if (steal) {
      for (const lock of this.#held) if (lock.name === name) this.#drop(lock, "stolen");
      this.#queue.unshift(entry);
    } else if (ifAvailable && !this.#grantable(entry)) entry.fate = "null";
    else this.#queue.push(entry);
    this.#process(name);
  }

  release(entry: Entry): void {
    if (this.#held.has(entry)) this.#drop(entry, "released");
    this.#process(entry.name);
  }

  abort(entry: Entry): void {
    if (entry.fate !== "waiting" && entry.fate !== "held") return;
    this.#queue = this.#queue.filter((one) => one !== entry);
    this.#drop(entry, "aborted");
    this.#process(entry.name);
  }

  snapshot(name: string): { held: string[]; pending: string[] } {
    const modes = (entries: Iterable<Entry>) =>
      [...entries].filter((entry) => entry.name === name).map(({ mode }) => mode);
    return { held: modes(this.#held), pending: modes(this.#queue) };
  }

  #drop(entry: Entry, fate: Fate): void {
    this.#held.delete(entry);
    entry.fate = fate;
  }

  #grantable({ name, mode }: Entry): boolean {
    if (this.#queue.some((one) => one.name === name)) return false;
    return ![...this.#held].some(
      (lock) => lock.name === name && (mode === "exclusive" || lock.mode === "exclusive"),
    );
  }

  #process(name: string): void {
    for (;;) {
      const first = this.#queue.find((one) => one.name === name);
      if (!first) return;
      const rest = this.#queue.filter((one) => one !== first);
      const others = this.#queue;
      this.#queue = rest.filter((one) => one.name !== name);
      const grantable = this.#grantable(first);
      this.#queue = grantable ? rest : others;
      if (!grantable) return;
      first.fate = "held";
      this.#held.add(first);
    }
  }
}
