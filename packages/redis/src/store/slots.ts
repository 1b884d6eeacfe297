import { HoldfastError } from "@holdfast/core";
import calculateSlot from "cluster-key-slot";
import type { Connection } from "./connection.ts";

/** The hash slot of a key as the server is told it. */
export function slotOf({ keyPrefix }: Connection, key: string): number {
  return calculateSlot(keyPrefix + key);
}

/** The keys of a name share a hash tag, and of the first braces in a key only what is between them is hashed. */
export function checkPrefix({ maker, keyPrefix, isCluster }: Connection): void {
  const brace = keyPrefix.indexOf("{");
  if (isCluster && brace >= 0 && keyPrefix[brace + 1] === "}")
    throw new HoldfastError(
      "invalid-argument",
      `${maker}: with "{}" in its keyPrefix the client takes the hash tag from every key, so that the keys of a lock are in several slots of the cluster; choose another prefix.`,
    );
}

/** A lock's keys always share a slot; those of a guarded write only if the prefix leaves them their tag. */
export function checkTogether(connection: Connection, keys: readonly string[]): void {
  const [first, ...others] = keys;
  if (first === undefined || !connection.isCluster) return;
  const slot = slotOf(connection, first);
  if (others.some((key) => slotOf(connection, key) !== slot))
    throw new HoldfastError(
      "invalid-argument",
      `${connection.maker}: the keys of one script are in several slots of the cluster; behind a keyPrefix, a guarded key needs a hash tag, such as {invoice:42}.`,
    );
}
