import type { Check } from "../check.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/** Once quiet, an operation whose client saw it fail has neither a lease nor a place on the server after `graceMs`. */
export const leftovers: Check = (history, { graceMs }, report) => {
  const { quietAt, operations, names, faults, lastAt } = history;
  if (quietAt === undefined || graceMs === undefined) return;
  for (const { name, states } of names.values()) {
    const reported = new Set<string>();
    states.forEach(({ at, holders, queue }, i) => {
      const nextAt = states[i + 1]?.at ?? lastAt;
      if (nextAt <= quietAt + graceMs) return;
      const look = (op: string, until: number, what: string) => {
        const record = operations.get(op);
        if (!record?.ended || record.granted || reported.has(op)) return;
        const goneBy = Math.max(quietAt, record.ended.at) + graceMs;
        if (until <= goneBy || faults.exclusion.overlap(record.invoked.at, goneBy)) return;
        reported.add(op);
        report(
          Math.max(at, goneBy),
          [op],
          `${opWords(history, op)} ended as ${record.ended.type} at ${timeWords(record.ended.at)}, and ${what} ${nameWords(name)} until ${timeWords(until)}`,
        );
      };
      for (const { op, until } of holders) look(op, Math.min(until, nextAt), "holds");
      for (const { op } of queue) look(op, nextAt, "waits for");
    });
  }
};
