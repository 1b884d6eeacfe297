import type { Check } from "../check.ts";
import type { History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import { fenceOf, type OperationRecord } from "../operation-record.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords } from "../words.ts";

/**
 * First come, first served, as clients see it: whoever knew of its place before another asked is granted before it.
 * For exclusive leases only, because others may fit beside each other, and only where no server states are recorded:
 * those show it better. Whatever hits the waiting client, if only a lost wake-up, may cost it its turn.
 */
export const overtaking: Check = (history, _, report) => {
  for (const name of history.names.values())
    if (name.states.length === 0 && name.asked.some(({ queued }) => queued)) overtaken(history, name, report);
};

function overtaken(history: History, name: NameHistory, report: Report): void {
  const inLine = ({ fair, waits, exclusive, granted }: OperationRecord) =>
    fair && waits && exclusive && granted;
  const waiters = name.asked.filter(
    (record) => record.queued && inLine(record) && undisturbed(history, record),
  );
  waiters.sort((a, b) => a.queuedIndex - b.queuedIndex);
  // When fences are there, they tell the order in which the server made the grants.
  const fenced = waiters.every((record) => fenceOf(record, name.name) !== undefined);
  const orderOf = (record: OperationRecord) =>
    fenced ? (fenceOf(record, name.name) ?? 0) : record.grantedIndex;

  let last: OperationRecord | undefined;
  let next = 0;
  for (const record of name.asked) {
    for (let one = waiters[next]; one && one.queuedIndex < record.invokedIndex; one = waiters[++next])
      if (!last || orderOf(one) > orderOf(last)) last = one;
    if (!last || !inLine(record) || orderOf(record) >= orderOf(last)) continue;
    report(
      record.granted?.at ?? 0,
      [record.op, last.op],
      `${opWords(history, record.op)} was granted ${nameWords(name.name)} before ${opWords(history, last.op)}, ` +
        "which had a place in the queue before it asked",
    );
  }
}

function undisturbed(history: History, { client, queued, granted }: OperationRecord): boolean {
  const [from, to] = [queued?.at ?? 0, granted?.at ?? 0];
  return !history.faults.touched(client, from, to) && !history.faults.deaf(client).overlap(from, to);
}
