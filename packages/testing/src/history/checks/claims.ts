import type { Check } from "../check.ts";
import { fenceOf } from "../operation-record.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * What is granted out of the queue lasts one claim window, until the client shows up: a waiter that died costs those
 * behind it no more than that.
 */
export const claims: Check = (history, { claimMs: usual, toleranceMs }, report) => {
  for (const { name, served } of history.names.values())
    for (const serve of served.all) {
      const record = history.operations.get(serve.op);
      const claimMs = record?.invoked.claimMs ?? usual;
      // Who is not fair takes a free name past the queue, also from a place in it.
      if (!serve.fromQueue || !record?.fair || claimMs === undefined) continue;
      if (history.faults.exclusion.overlap(serve.from, serve.to)) continue;
      const limit = serve.from + claimMs + toleranceMs;
      const grant = `${opWords(history, serve.op)} was granted ${nameWords(name)} out of the queue at ${timeWords(serve.from)}`;
      // Who takes several names in turn shows up without a grant, and so may one that cannot tell what it got.
      const came =
        record.names.length > 1 ||
        record.ended?.type === "unknown" ||
        (record.granted !== undefined && (fenceOf(record, name) ?? serve.fence) === serve.fence);
      if (serve.firstUntil > limit)
        report(
          serve.from,
          [serve.op],
          `${grant} until ${timeWords(serve.firstUntil)}, longer than the claim window of ${claimMs}`,
        );
      else if (!came && serve.to > limit)
        report(
          limit,
          [serve.op],
          `${grant} and kept until ${timeWords(serve.to)}, longer than the claim window of ${claimMs}, though its client never came`,
        );
    }
};
