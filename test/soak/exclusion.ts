import type { Visit } from "./visits.ts";

/** For this long a visit is kept to be compared with others. Longer than any visit lasts and takes to be told. */
const KEPT_MS = 120_000;
const EXAMPLES = 5;

/** Compares the visits of all processes: never more inside than fits, and fences in the order of the grants. */
export class Exclusion {
  readonly #recent = new Map<string, Visit[]>();
  #latest = 0;
  checked = 0;
  violations = 0;
  /** The first few, for people. */
  readonly examples: string[] = [];

  add(visits: readonly Visit[]): void {
    for (const visit of visits) this.#check(visit);
    for (const [name, known] of this.#recent) {
      const kept = known.filter(({ to }) => to > this.#latest - KEPT_MS);
      if (kept.length > 0) this.#recent.set(name, kept);
      else this.#recent.delete(name);
    }
  }

  #check(visit: Visit): void {
    this.checked++;
    this.#latest = Math.max(this.#latest, visit.to);
    const known = this.#recent.get(visit.name) ?? [];
    const beside = known.filter((other) => other.from < visit.to && visit.from < other.to);
    // The most are inside when somebody comes in.
    for (const moment of [visit, ...beside].map(({ from }) => Math.max(from, visit.from))) {
      const inside = beside.filter(({ from, to }) => from <= moment && moment < to);
      const used = inside.reduce((sum, { weight }) => sum + weight, visit.weight);
      if (used > visit.capacity) {
        this.#report(`${used} of ${visit.capacity} inside`, [visit, ...inside]);
        break;
      }
    }
    for (const other of known) {
      // Of two that fit beside each other the later grant may be learned first.
      if (other.weight + visit.weight <= visit.capacity) continue;
      const [earlier, later] = other.to <= visit.from ? [other, visit] : [visit, other];
      if (earlier.to <= later.from && earlier.fence >= later.fence)
        this.#report("a fence that is not greater than an earlier one", [earlier, later]);
    }
    this.#recent.set(visit.name, [...known, visit]);
  }

  #report(what: string, visits: readonly Visit[]): void {
    this.violations++;
    if (this.examples.length < EXAMPLES) this.examples.push(`${what}: ${JSON.stringify(visits)}`);
  }
}
