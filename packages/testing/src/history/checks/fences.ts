import type { Check } from "../check.ts";
import type { Operation, ServerState } from "../events.ts";
import { exemptFrom, type History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import { fenceIn, fenceOf, type OperationRecord } from "../operation-record.ts";
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
  for (const { op, fence, from, begunIn, weight, continues } of served.all) {
    if (fence === undefined) continue;
    if (continues?.fence === fence && weight > continues.weight)
      report(
        from,
        [op],
        `the server gave ${opWords(history, op)} more of ${nameWords(name)} under fence ${fence}, which it had before`,
      );
    if (owners.get(fence) === op) continue;
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
  const whenAsked = new Map<object, Highest>();

  for (const { record, question, told } of inOrder(name)) {
    if (!told) {
      if (highest !== NONE) whenAsked.set(question, highest);
      continue;
    }
    const { op } = record;
    const { fence, at, exclusive, keeps } = told;
    if (fence === undefined) continue;
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
    const known = whenAsked.get(question) ?? NONE;
    const earlier = ordered && apart.fence >= fence ? apart : known;
    if (other === op && keeps) continue;
    if (other !== undefined && other !== op)
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

/** That somebody asked for a lease or for another weight of it, or was told of it. */
interface Step {
  readonly index: number;
  readonly record: OperationRecord;
  /** The record or the conversion. */
  readonly question: object;
  readonly told?: {
    readonly at: number;
    readonly fence: number | undefined;
    readonly exclusive: boolean;
    /** Whether the fence may be the one it had: less weight needs no other. */
    readonly keeps: boolean;
  };
}

/** All steps as they followed each other. */
function inOrder({ name, asked, granted }: NameHistory): Step[] {
  const steps: Step[] = [];
  for (const record of asked) steps.push({ index: record.invokedIndex, record, question: record });
  for (const record of granted) {
    const { exclusive, capacity, weight, grantedIndex: index, conversions = [] } = record;
    const at = record.granted?.at ?? 0;
    const fence = fenceOf(record, name);
    steps.push({ index, record, question: record, told: { at, fence, exclusive, keeps: false } });
    let before = weight;
    for (const conversion of conversions) {
      const { converted, convertedIndex, askedIndex, weight } = conversion;
      steps.push({ index: askedIndex, record, question: conversion });
      if (!converted) continue;
      const told = {
        at: converted.at,
        fence: fenceIn(record, name, converted.fences),
        exclusive: weight >= capacity,
        keeps: weight <= before,
      };
      before = weight;
      steps.push({ index: convertedIndex, record, question: conversion, told });
    }
  }
  return steps.sort((a, b) => a.index - b.index);
}

/** `op 9 (client b) fence 1 of "x" after fence 2 to op 7 (client a)` */
function rises(history: History, name: string, { op, fence }: Highest, before: Highest): string {
  return `${opWords(history, op)} fence ${fence} of ${nameWords(name)} after fence ${before.fence} to ${opWords(history, before.op)}`;
}
