import type { Locks } from "../../locks/create-locks.ts";
import type { LockSource } from "../source.ts";

/** A client as it was given to the constructor. */
export type Client = LockSource<Locks>;

/** How the servers voted, once all of them have. */
export interface ExecutionStats {
  readonly membershipSize: number;
  readonly quorumSize: number;
  readonly votesFor: Set<Client>;
  readonly votesAgainst: Map<Client, Error>;
}

export interface Vote {
  /** Whether a majority was for it. */
  readonly won: boolean;
  /** Why those who were against it were, as far as they had voted when it was decided. */
  readonly reasons: readonly Error[];
  readonly stats: Promise<ExecutionStats>;
}

export function quorumOf(members: number): number {
  return Math.floor(members / 2) + 1;
}

/**
 * Asks all at once. Decided when no further vote can change it, so that one slow server sets nobody's pace; its vote
 * still goes into the stats.
 */
export function vote(clients: ReadonlySet<Client>, ask: (client: Client) => Promise<void>): Promise<Vote> {
  const membershipSize = clients.size;
  const quorumSize = quorumOf(membershipSize);
  const votesFor = new Set<Client>();
  const votesAgainst = new Map<Client, Error>();
  return new Promise((decide) => {
    const stats = new Promise<ExecutionStats>((all) => {
      const count = () => {
        const won = votesFor.size >= quorumSize;
        if (won || votesAgainst.size > membershipSize - quorumSize)
          decide({ won, reasons: [...votesAgainst.values()], stats });
        if (votesFor.size + votesAgainst.size === membershipSize)
          all({ membershipSize, quorumSize, votesFor, votesAgainst });
      };
      for (const client of clients)
        ask(client)
          .then(
            () => void votesFor.add(client),
            (error) => void votesAgainst.set(client, error),
          )
          .then(count);
    });
  });
}
