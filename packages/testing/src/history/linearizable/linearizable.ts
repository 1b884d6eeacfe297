import type { HistoryEvent, Operation } from "../events.ts";
import { type History, readHistory } from "../history.ts";
import { DEFAULT_TOLERANCE_MS } from "../options.ts";
import { nameWords, opsWords, opWords, timeWords } from "../words.ts";
import { createBudget } from "./budget.ts";
import { itemsOf } from "./items.ts";
import { capacityOf, type LockModel } from "./model.ts";
import { type Stuck, search } from "./search.ts";

/** How a history is searched. */
export interface LinearizableOptions {
  /** The most steps to take before the answer is `undecided`. Default: 1,000,000. */
  readonly maxSteps?: number;
  /**
   * For how many milliseconds a call that ended without a lease may leave a place or a lease behind, which explains
   * that others are refused. Default: for ever.
   */
  readonly lingerMs?: number;
}

/** Whether a history can be explained by a lock that does one thing after the other. */
export type Linearizability =
  | { readonly verdict: "linearizable" | "undecided"; readonly steps: number }
  | {
      readonly verdict: "not linearizable";
      readonly steps: number;
      readonly name: string;
      /** The history up to here cannot be explained; up to the event before it can. */
      readonly at: number;
      /** What could not have happened, and who was in its way. */
      readonly ops: readonly Operation[];
      readonly text: string;
    };

/**
 * Says whether what clients saw of a lock can be explained by one that does one thing after the other, each at one
 * moment between its call and its answer. It needs no server states.
 *
 * A lease that is not released, or whose release has no certain answer, ends by itself at any moment after its holder
 * could no longer rely on it. A call whose outcome is `unknown` may have been granted. A call that does not wait may
 * be refused when the weight does not fit, or when somebody waits. Each name is looked at for itself; that several were
 * refused at once is not looked at, since any one of them may have been the reason.
 *
 * The time is linear in the events as long as refusals have a reason at hand; at worst it is exponential, which
 * `maxSteps` bounds.
 */
export function linearizable(
  events: readonly HistoryEvent[],
  model: LockModel = {},
  { maxSteps = 1_000_000, lingerMs = Number.POSITIVE_INFINITY }: LinearizableOptions = {},
): Linearizability {
  const history = readHistory(events, DEFAULT_TOLERANCE_MS);
  const budget = createBudget(maxSteps);
  let undecided = false;
  let first: { name: string; stuck: Stuck } | undefined;
  for (const name of history.names.values()) {
    const items = itemsOf(history, name, model, lingerMs);
    const found = search(items, { capacity: capacityOf(model, name.asked), budget });
    if (found === "undecided") undecided = true;
    else if (found !== "linearizable" && (!first || found.item.due < first.stuck.item.due))
      first = { name: name.name, stuck: found };
  }
  const steps = budget.spent;
  if (first) return { verdict: "not linearizable", steps, ...witness(history, first.name, first.stuck) };
  return { verdict: undecided ? "undecided" : "linearizable", steps };
}

function witness(history: History, name: string, { item, inTheWay }: Stuck) {
  const { record, kind } = item;
  const at = history.events[item.due]?.at ?? history.lastAt;
  const others = inTheWay.map(({ record: { op } }) => op);
  const between = `at any moment from ${timeWords(record.invoked.at)} until ${timeWords(at)}`;
  const who = opWords(history, record.op);
  const text =
    kind === "refusal"
      ? `${who} was refused ${nameWords(name)}, which would have fitted ${between}, and nobody waited`
      : `${who} cannot have been granted ${nameWords(name)} ${between}` +
        (others.length > 0 ? `: ${opsWords(history, others)} held it` : "");
  return { name, at, ops: [record.op, ...others], text };
}
