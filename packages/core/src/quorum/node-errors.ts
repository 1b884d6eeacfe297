import { HoldfastError, invalid } from "../errors.ts";
import type { Quorum } from "./options.ts";

/** The same error, which says of which node it is. */
export function atNode(label: string, { code, message }: HoldfastError): HoldfastError {
  return new HoldfastError(code, `${label}: ${message}`);
}

/**
 * A database that answers as two nodes would have two votes.
 *
 * @param epochs of each node's membership, by its label.
 * @throws HoldfastError `invalid-argument`
 */
export function refuseDoubles(epochs: readonly (readonly [label: string, epoch: string])[]): void {
  const labels = new Map<string, string>();
  for (const [label, epoch] of epochs) {
    const other = labels.get(epoch);
    if (other !== undefined)
      throw invalid(
        `${other} and ${label} of the quorum are the same database; each node needs one of its own.`,
      );
    labels.set(epoch, label);
  }
}

/** No majority answered. */
export function tooFew({ majority, nodes }: Quorum): HoldfastError {
  return new HoldfastError(
    "unavailable",
    `fewer than ${majority} of the ${nodes.length} nodes of the quorum answered in time.`,
  );
}
