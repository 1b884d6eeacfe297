import type { Check } from "../check.ts";
import type { Effect } from "../events.ts";
import { nameWords, opWords } from "../words.ts";

/** A resource that looks at fences takes no write after one with a greater fence. Other writes prove nothing. */
export const effects: Check = (history, _, report) => {
  const latest = new Map<string, Effect & { fence: number }>();
  for (const event of history.events) {
    if (event.type !== "effect" || event.fence === undefined || !event.accepted) continue;
    const { at, op, name, fence } = event;
    const before = latest.get(name);
    if (before && fence < before.fence)
      report(
        at,
        [op, before.op],
        `a write of ${opWords(history, op)} to ${nameWords(name)} was taken with fence ${fence} after one of ` +
          `${opWords(history, before.op)} with fence ${before.fence}`,
      );
    else latest.set(name, { ...event, fence });
  }
};
