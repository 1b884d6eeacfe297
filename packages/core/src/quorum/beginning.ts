import { token } from "../locks/claim.ts";
import type { Quorum } from "./options.ts";

/** What every script that looks at a membership needs, in case a new one begins (`member.lua`). */
export function beginning({ clock, maxTtlMs, restarts }: Quorum): (string | number)[] {
  return [token(clock), maxTtlMs, restarts];
}
