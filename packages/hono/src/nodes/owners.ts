import type { Claim, StoreConnection } from "@holdfast/core/commands";
import { randomToken } from "../digest.ts";
import { unprocessable } from "../problem.ts";

/**
 * On a quorum each try to take a lock has an owner of its own, so that what is left of a try that failed can be taken back without
 * touching the next. The SDK counts tries to tell them apart, and draws the owner anew for each acquire. Here owners come from clients,
 * who repeat a request to another isolate with the same one: so each request adds a part of its own.
 *
 * A lease's owner is then `<owner>.<request>.<try>`. It begins with what the client drew, which is what takes back everything.
 */
const OF_A_TRY = /^(.+)\.[\w-]{8}\.[0-9a-z]{1,7}$/;
/** A token has at most 128. */
const LONGEST_OWNER = 111;

/** The connection of one request. */
export function withOwnersOfTries({ commands, subscribe }: StoreConnection): StoreConnection {
  const request = randomToken().slice(0, 8);
  const own = <T extends Claim>(claim: T): T => {
    if (claim.owner.length > LONGEST_OWNER)
      throw unprocessable([
        {
          field: "owner",
          detail: `must have at most ${LONGEST_OWNER} characters where locks live on several nodes.`,
        },
      ]);
    return { ...claim, owner: `${claim.owner}.${request}` };
  };
  return {
    subscribe,
    commands: {
      ...commands,
      acquire: (target, claim, ...rest) => commands.acquire(target, own(claim), ...rest),
      acquireAll: (names, claim, ...rest) => commands.acquireAll(names, own(claim), ...rest),
    },
  };
}

/** What was drawn for the acquire that this owner is of. */
export function drawnOwner(owner: string): string {
  return OF_A_TRY.exec(owner)?.[1] ?? owner;
}
