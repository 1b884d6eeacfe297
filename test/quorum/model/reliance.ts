import type { Rules } from "./rules.ts";
import { bits, type Try } from "./state.ts";

/** Takes a node from those whose votes the client relies on; says whether it still has a majority of them. */
export function canDoWithout(holder: Try, n: number, rules: Rules): boolean {
  if (!(holder.standing & (1 << n))) return true;
  holder.standing &= ~(1 << n);
  return bits(holder.standing) >= rules.majority;
}
