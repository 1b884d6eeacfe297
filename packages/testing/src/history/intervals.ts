export interface Interval {
  readonly at: number;
  readonly until: number;
}

/** Intervals of time, ends included, that may overlap. Each question costs O(log n). */
export class Intervals {
  readonly #from: number[];
  /** The latest end of each interval and all before it. */
  readonly #latestEnd: number[] = [];

  constructor(intervals: readonly Interval[]) {
    const sorted = [...intervals].sort((a, b) => a.at - b.at);
    this.#from = sorted.map(({ at }) => at);
    let latest = Number.NEGATIVE_INFINITY;
    for (const { until } of sorted) {
      latest = Math.max(latest, until);
      this.#latestEnd.push(latest);
    }
  }

  /** The first moment from `from` to `to` that lies in an interval. */
  firstIn(from: number, to: number): number | undefined {
    if (this.#from.length === 0) return undefined;
    const begun = this.#begunBy(from);
    if (begun > 0 && (this.#latestEnd[begun - 1] as number) >= from) return from;
    const next = this.#from[begun];
    return next !== undefined && next <= to ? next : undefined;
  }

  overlap(from: number, to: number): boolean {
    return this.firstIn(from, to) !== undefined;
  }

  /** Whether one begins from `from` to `to`. */
  beginIn(from: number, to: number): boolean {
    return this.#begunBy(to) > this.#begunBefore(from);
  }

  /** The end of the interval that covers this moment, and of those that follow it without a gap. */
  endAround(moment: number): number {
    let end = moment;
    for (;;) {
      const begun = this.#begunBy(end);
      const latest = begun > 0 ? (this.#latestEnd[begun - 1] as number) : end;
      if (latest <= end) return end;
      end = latest;
    }
  }

  #begunBy(moment: number): number {
    return this.#search((at) => at <= moment);
  }

  #begunBefore(moment: number): number {
    return this.#search((at) => at < moment);
  }

  #search(begun: (at: number) => boolean): number {
    let low = 0;
    let high = this.#from.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (begun(this.#from[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
