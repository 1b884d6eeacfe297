import { invalid } from "../errors.ts";
import type { Store } from "./store.ts";

/**
 * @throws HoldfastError `invalid-argument` for what is no store, and for one of exclusive locks only. `maker` is the public
 * function that was called.
 */
export function checkKeepsValues(maker: string, store: Store): void {
  if (typeof store?.run !== "function")
    throw invalid(`${maker} needs a store, such as restStore({ url, token }).`);
  if (store.locksOnly)
    throw invalid(
      `${maker} keeps values, and a quorum carries exclusive locks only: values that independent nodes keep for themselves ` +
        "have no majority that must agree on them. Give it the store of one database.",
    );
}
