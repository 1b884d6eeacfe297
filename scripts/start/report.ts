import { styleText } from "node:util";
import type { Grant, Result } from "./contest.ts";

// `styleText` leaves the colours out where the output is no terminal or NO_COLOR is set.

const LABEL_WIDTH = 21;
const VALUE_WIDTH = 11;

export const GRANT_HEADER: string = styleText("dim", grantColumns("#", "client", "fence", "waited", "held"));

export function grantLine({ place, client, via, fence, waitedMs, heldMs }: Grant): string {
  const line = grantColumns(String(place), client, String(fence), ms(waitedMs), ms(heldMs));
  return styleText(via === "HTTP" ? "cyan" : "magenta", line);
}

function grantColumns(place: string, client: string, fence: string, waited: string, held: string): string {
  return `${place.padStart(4)}  ${client.padEnd(9)}${fence.padStart(18)}${waited.padStart(14)}${held.padStart(10)}`;
}

/** What a result lacks; empty if all is right. */
export function faultsOf(result: Result): string[] {
  const { grants, expected, overlaps, fencesRise, counter } = result;
  const faults: string[] = [];
  if (grants.length !== expected) faults.push(`there were ${grants.length} grants instead of ${expected}`);
  if (overlaps > 0) faults.push(`two held the lock at once, ${overlaps} times`);
  if (!fencesRise) faults.push("a fence was not greater than the one before it");
  if (counter !== expected) faults.push(`the counter shows ${counter} instead of ${expected}`);
  return faults;
}

export function resultTable(result: Result): string {
  const { grants, expected, overlaps, fencesRise, counter, counterWithoutLock } = result;
  const { requests, sdkRequests, billedCommands } = result;
  const http = grants.filter(({ via }) => via === "HTTP");
  const sdk = grants.filter(({ via }) => via === "SDK");
  return [
    row(
      "grants",
      `${grants.length} of ${expected}`,
      split(http.length, sdk.length),
      grants.length === expected,
    ),
    row("overlaps", `${overlaps}`, "", overlaps === 0),
    row("fences", fencesRise ? "rising" : "NOT rising", "each above all before it", fencesRise),
    row(
      "counter",
      `${counter} of ${expected}`,
      `${counterWithoutLock} without the lock`,
      counter === expected,
    ),
    row(
      "requests per grant",
      ratio(requests, grants),
      split(ratio(requests - sdkRequests, http), ratio(sdkRequests, sdk)),
    ),
    row("commands billed", ratio(billedCommands, grants), "per grant, as Upstash counts"),
    row("median wait", medianWait(grants), split(medianWait(http), medianWait(sdk))),
  ].join("\n");
}

/** `right` is undefined where any value will do. */
function row(label: string, value: string, remark: string, right?: boolean): string {
  const shown = value.padEnd(VALUE_WIDTH);
  const coloured = right === undefined ? shown : styleText(right ? "green" : "red", shown);
  return `  ${label.padEnd(LABEL_WIDTH)}${coloured}${remark}`.trimEnd();
}

function split(http: number | string, sdk: number | string): string {
  return `${http} over HTTP, ${sdk} with the SDK`;
}

function ratio(count: number, grants: readonly Grant[]): string {
  return (count / grants.length).toFixed(1);
}

function medianWait(grants: readonly Grant[]): string {
  return ms(median(grants.map(({ waitedMs }) => waitedMs)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

function ms(value: number): string {
  return `${Math.round(value).toLocaleString("en")} ms`;
}
