import type { Check } from "../check.ts";
import type { Operation, ServerState } from "../events.ts";
import { exemptFrom, type History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import { fenceOf, type OperationRecord } from "../operation-record.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords } from "../words.ts";

/**
 * Every fence is greater than that of every earlier grant of the name, whatever happened meanwhile. Which grant was
 * earlier is known from the server's states; from the operations that began when a grant was known already; and from
 * leases that cannot overlap, since they were granted in the order in which they were learned of.
 */
export const fences: Check = (history, _, report) => {
  for (const name of history.names.values()) {
    byServer(history, name, report);
    byClients(history, name, report);
  }
};

interface Highest {
  fence: number;
  op: Operation;
}

const NONE: Highest = { fence: Number.NEGATIVE_INFINITY, op: "" };

function byServer(history: History, { name, served }: NameHistory, report: Report): void {
  const owners = new Map<number, Operation>();
  // Fences that one script gave out come in any order.
  let before = NONE;
  let latest = NONE;
  let script: ServerState | undefined;
  for (const { op, fence, from, begunIn } of served.all) {
    if (fence === undefined || owners.get(fence) === op) continue;
    if (begunIn !== script) before = latest;
    script = begunIn;
    const other = owners.get(fence);
    if (other !== undefined)
      report(
        from,
        [op, other],
        `the server gave fence ${fence} of ${nameWords(name)} to ${opWords(history, other)} and to ${opWords(history, op)}`,
      );
    else if (!(fence > before.fence))
      report(from, [op, before.op], `the server gave ${rises(history, name, { op, fence }, before)}`);
    owners.set(fence, op);
    if (fence > latest.fence) latest = { op, fence };
  }
}

function byClients(history: History, name: NameHistory, report: Report): void {
  const owners = new Map<number, Operation>();
  let highest = NONE;
  let highestExclusive = NONE;
  let highestOrdered = NONE;
  const whenInvoked = new Map<OperationRecord, Highest>();

  for (const { record, grant } of inOrder(name)) {
    if (!grant) {
      if (highest !== NONE) whenInvoked.set(record, highest);
      continue;
    }
    const fence = fenceOf(record, name.name);
    if (fence === undefined) continue;
    const { op, exclusive } = record;
    const at = record.granted?.at ?? 0;
    if (!Number.isSafeInteger(fence)) {
      report(
        at,
        [op],
        `${opWords(history, op)} was given ${fence}, which is no fence, for ${nameWords(name.name)}`,
      );
      continue;
    }
    const mine = { op, fence };
    const other = owners.get(fence);
    const ordered = exemptFrom(history, name, record) === undefined;
    const apart = exclusive ? highestOrdered : highestExclusive;
    const known = whenInvoked.get(record) ?? NONE;
    const earlier = ordered && apart.fence >= fence ? apart : known;
    if (other !== undefined)
      report(
        at,
        [op, other],
        `${opWords(history, op)} was given fence ${fence} of ${nameWords(name.name)}, which ${opWords(history, other)} has`,
      );
    else if (fence <= earlier.fence)
      report(at, [op, earlier.op], `the lock gave ${rises(history, name.name, mine, earlier)}`);
    owners.set(fence, op);
    if (fence > highest.fence) highest = mine;
    if (ordered && fence > highestOrdered.fence) highestOrdered = mine;
    if (ordered && exclusive && fence > highestExclusive.fence) highestExclusive = mine;
  }
}

/** Invocations and grants as they followed each other. */
function* inOrder({ asked, granted }: NameHistory): Generator<{ record: OperationRecord; grant: boolean }> {
  let next = 0;
  for (const record of asked) {
    for (let one = granted[next]; one && one.grantedIndex < record.invokedIndex; one = granted[++next])
      yield { record: one, grant: true };
    yield { record, grant: false };
  }
  for (const record of granted.slice(next)) yield { record, grant: true };
}

/** `op 9 (client b) fence 1 of "x" after fence 2 to op 7 (client a)` */
function rises(history: History, name: string, { op, fence }: Highest, before: Highest): string {
  return `${opWords(history, op)} fence ${fence} of ${nameWords(name)} after fence ${before.fence} to ${opWords(history, before.op)}`;
}
