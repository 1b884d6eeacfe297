import type { Check } from "../check.ts";
import type { HistoryEvent } from "../events.ts";
import { timeWords } from "../words.ts";

/** A history that was recorded wrongly proves nothing: time goes forward, and what is told of was asked for. */
export const wellFormed: Check = ({ events, operations }, _, report) => {
  let last = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < events.length; index++) {
    const event = events[index] as HistoryEvent;
    const ops = "op" in event ? [event.op] : [];
    const wrong = (text: string) => report(event.at, ops, `the history is wrong: ${text}`);
    if (!(event.at >= last))
      wrong(`"${event.type}" at ${timeWords(event.at)} comes after ${timeWords(last)}`);
    else last = event.at;
    if (!("op" in event)) continue;

    const record = operations.get(event.op);
    if (!record || record.invokedIndex > index)
      wrong(`op ${event.op} is "${event.type}" and was not invoked`);
    else if (event.type === "invoked" && record.invokedIndex !== index)
      wrong(`op ${event.op} was invoked twice`);
    else if (event.type === "granted" && ![0, record.names.length].includes(event.fences.length))
      wrong(`op ${event.op} has ${event.fences.length} fences for ${record.names.length} names`);
  }
};
