import type { Check } from "../check.ts";
import { opWords, timeWords } from "../words.ts";

/**
 * A holder that has not let go is told of the loss by the moment until which it may rely on the lease. One that stood
 * still meanwhile is told before it hears that the lease goes on. And nobody hears afterwards that it held the lease
 * to the end.
 */
export const loss: Check = (history, { toleranceMs }, report) => {
  for (const {
    op,
    client,
    granted,
    reliance,
    lost,
    released,
    releasing,
    revived,
  } of history.operations.values()) {
    if (!granted || reliance?.end !== "until") continue;
    const due = reliance.to + toleranceMs;
    if (due > history.lastAt) continue;
    const over = `${opWords(history, op)} could rely on its lease until ${timeWords(reliance.to)}`;
    const found = (at: number, what: string) => report(at, [op], `${over}, and ${what}`);

    if (releasing && releasing.at > due && released?.outcome === "released")
      found(released.at, "was told that it released the lease after that");
    const stoodStill =
      history.faults.down(client).overlap(reliance.to, due) ||
      history.faults.clockStopped(client).overlap(granted.at, due);
    if (stoodStill) {
      if (revived && !(lost && lost.at <= revived.at))
        found(revived.at, `was told at ${timeWords(revived.at)} that the lease goes on`);
    } else if (!(releasing && releasing.at <= due) && !(lost && lost.at <= due))
      found(
        due,
        lost ? `was told of the loss only at ${timeWords(lost.at)}` : "was never told that it is lost",
      );
  }
};
