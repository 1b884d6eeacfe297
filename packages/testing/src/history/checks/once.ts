import type { Check } from "../check.ts";
import type { Granted, Operation, ServerWaiter } from "../events.ts";
import type { History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import { sameWaiter } from "../queue-change.ts";
import type { Serve } from "../served.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * An operation has one effect, however often its requests are executed: one grant that its client learns of, one
 * fence for each try, and one entry of it on the server at a time.
 */
export const once: Check = (history, { remembered = Number.POSITIVE_INFINITY }, report) => {
  grantedOnce(history, report);
  for (const name of history.names.values()) {
    if (name.states.length === 0) continue;
    servedOnce(history, name, remembered, report);
    queuedOnce(history, name, report);
  }
};

function grantedOnce(history: History, report: Report): void {
  const first = new Map<Operation, Granted>();
  for (const event of history.events) {
    if (event.type !== "granted") continue;
    const { at, op } = event;
    const ended = history.operations.get(op)?.ended;
    if (first.has(op)) report(at, [op], `${opWords(history, op)} was granted twice`);
    else if (ended)
      report(at, [op], `${opWords(history, op)} was granted after it had ended as ${ended.type}`);
    first.set(op, event);
  }
}

function servedOnce(
  history: History,
  { name, served }: NameHistory,
  remembered: number,
  report: Report,
): void {
  const latest = new Map<Operation, { serve: Serve; place: number }>();
  served.all.forEach((serve, place) => {
    const before = latest.get(serve.op);
    latest.set(serve.op, { serve, place });
    if (!before || history.faults.exclusion.overlap(before.serve.from, serve.from)) return;
    const { op, from, fence, attempt, weight, continues } = serve;
    // That is looked at elsewhere.
    const converted =
      continues && (continues.weight !== weight || history.operations.get(op)?.conversions !== undefined);
    const doubled = `the server held ${nameWords(name)} for ${opWords(history, op)}`;
    if (from < before.serve.to) report(from, [op], `${doubled} twice at ${timeWords(from)}`);
    else if (
      !converted &&
      attempt === before.serve.attempt &&
      fence !== before.serve.fence &&
      place - before.place <= remembered
    )
      report(
        from,
        [op],
        `${doubled} once more at ${timeWords(from)}, for the same attempt` +
          (fence === undefined ? "" : ` with fence ${fence} after ${before.serve.fence}`),
      );
  });
}

/** Places are taken at the end, so only who came last is looked at. */
function queuedOnce(history: History, { name, states }: NameHistory, report: Report): void {
  let before: readonly ServerWaiter[] = [];
  for (const { at, queue, holders } of states) {
    const last = queue.at(-1);
    const came = queue.length > before.length || !sameWaiter(last, before.at(-1));
    before = queue;
    if (!last || !came) continue;
    const { op } = last;
    const record = history.operations.get(op);
    if (!record || history.faults.order.overlap(record.invoked.at, at)) continue;
    const held = holders.some((holder) => holder.op === op && holder.until > at);
    if (held || queue.some((waiter) => waiter !== last && waiter.op === op))
      report(
        at,
        [op],
        `${opWords(history, op)} waits for ${nameWords(name)} at ${timeWords(at)} though it ${held ? "holds it" : "does already"}`,
      );
  }
}
