import type { Item } from "./items.ts";

/** Something that happens at one moment between two places, or never. */
interface Point {
  readonly from: number;
  readonly to: number;
  readonly optional: boolean;
  readonly after?: Point;
  readonly fits: (used: number) => boolean;
  readonly change: number;
}

/** Whether some order of all points explains the items: every order is tried. For a handful of items only. */
export function explainable(items: readonly Item[], capacity: number): boolean {
  const points = items.flatMap((item) => pointsOf(item, capacity));
  return tryAll(points, new Set(), Number.NEGATIVE_INFINITY, 0);
}

function pointsOf({ kind, weight, call, due, free, gone }: Item, capacity: number): Point[] {
  const fits = (used: number) => used + weight <= capacity;
  if (kind === "refusal")
    return [{ from: call, to: due, optional: false, fits: (used) => !fits(used), change: 0 }];
  const take = { from: call, to: due, optional: kind === "ghost", fits, change: weight };
  const give = { from: free, to: gone, optional: gone === Number.POSITIVE_INFINITY, after: take };
  return [take, { ...give, fits: () => true, change: -weight }];
}

function tryAll(points: readonly Point[], done: ReadonlySet<Point>, now: number, used: number): boolean {
  const left = points.filter((point) => !done.has(point));
  const must = left.filter(({ optional }) => !optional);
  if (must.length === 0) return true;
  const last = Math.min(...must.map(({ to }) => to));
  return left.some((point) => {
    const at = Math.max(now, point.from);
    const possible =
      at <= last && at <= point.to && (!point.after || done.has(point.after)) && point.fits(used);
    return possible && tryAll(points, new Set([...done, point]), at, used + point.change);
  });
}
