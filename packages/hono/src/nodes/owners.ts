import type { Claim, LockCommands } from "@holdfast/core/commands";
import { unprocessable } from "../problem.ts";

/**
 * On a quorum each try to take a lock has an owner of its own, so that what is left of a try that failed can be taken back without
 * touching the next one's: a lease's owner is `<owner>.<try>`. What the client drew is what takes back everything, and what an
 * attempt that nobody named is called.
 */
const OF_A_TRY = /^(.+)\.[\w-]{8}$/;
/** A token has at most 128. */
const LONGEST_OWNER = 128 - ".12345678".length;

/** Commands whose leases have owners that are tokens. */
export function withOwnersOfTries(commands: LockCommands): LockCommands {
  return {
    ...commands,
    acquire: async (target, claim, ...rest) => commands.acquire(target, fitting(claim), ...rest),
    acquireAll: async (names, claim, ...rest) => commands.acquireAll(names, fitting(claim), ...rest),
  };
}

function fitting(claim: Claim): Claim {
  if (claim.owner.length <= LONGEST_OWNER) return claim;
  const detail = `must have at most ${LONGEST_OWNER} characters where locks live on several nodes.`;
  throw unprocessable([{ field: "owner", detail }]);
}

/** What was drawn for the acquire that this owner is of. */
export function drawnOwner(owner: string): string {
  return OF_A_TRY.exec(owner)?.[1] ?? owner;
}
