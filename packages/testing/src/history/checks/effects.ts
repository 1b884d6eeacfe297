import type { Check } from "../check.ts";
import { weightAt } from "../conversion.ts";
import type { Operation } from "../events.ts";
import { nameWords, opWords } from "../words.ts";

interface Write {
  readonly op: Operation;
  readonly fence: number;
}

/**
 * A resource that looks at fences takes no write after one with a greater fence, unless both leases fit beside each
 * other. Writes without a fence prove nothing.
 */
export const effects: Check = (history, _, report) => {
  const latest = new Map<string, { any?: Write; exclusive?: Write }>();
  for (const event of history.events) {
    if (event.type !== "effect" || event.fence === undefined || !event.accepted) continue;
    const { at, op, name, fence } = event;
    const record = history.operations.get(op);
    const exclusive = !record || weightAt(record, at) >= record.capacity;
    const known = latest.get(name) ?? {};
    latest.set(name, known);
    const before = exclusive ? known.any : known.exclusive;
    if (before && fence < before.fence)
      report(
        at,
        [op, before.op],
        `a write of ${opWords(history, op)} to ${nameWords(name)} was taken with fence ${fence} after one of ` +
          `${opWords(history, before.op)} with fence ${before.fence}`,
      );
    if (!known.any || fence > known.any.fence) known.any = { op, fence };
    if (exclusive && (!known.exclusive || fence > known.exclusive.fence)) known.exclusive = { op, fence };
  }
};
