import type { Gateway } from "@holdfast/gateway";
import type { Client } from "./clients.ts";
import { Witness } from "./witness.ts";

const LOCK = "contest";
const TURNS_EACH = 2;
/** A turn lasts this long, and up to as much again. */
const WORK_MS = 35;

/** One turn of one client. Durations are in milliseconds. */
export interface Grant {
  readonly place: number;
  readonly client: string;
  readonly via: Client["via"];
  readonly fence: number;
  readonly waitedMs: number;
  readonly heldMs: number;
}

export interface Result {
  readonly grants: readonly Grant[];
  /** How many grants there should be, and what the counter should show. */
  readonly expected: number;
  readonly overlaps: number;
  readonly fencesRise: boolean;
  readonly counter: number;
  /** What the same counter shows when nobody takes the lock. */
  readonly counterWithoutLock: number;
  /** As the gateway's meter has them. */
  readonly requests: number;
  /** Those of them that the SDK's clients sent; the worker sent the rest. */
  readonly sdkRequests: number;
  readonly billedCommands: number;
}

/** Lets all clients compete for one lock; tells each grant as it ends. */
export async function runContest(
  clients: readonly Client[],
  meter: Gateway["meter"],
  signal: AbortSignal,
  onGrant: (grant: Grant) => void,
): Promise<Result> {
  const witness = new Witness();
  const grants: Grant[] = [];
  // One client's failure ends the others: the result is spoilt already.
  const failed = new AbortController();
  const ending = AbortSignal.any([signal, failed.signal]);

  await meter.reset();
  await together(clients, failed, async (client) => {
    const asked = performance.now();
    await client.withLock(LOCK, ending, async (fence) => {
      const waitedMs = performance.now() - asked;
      const heldMs = await witness.work(fence, workMs(), ending);
      const { name, via } = client;
      const grant = { place: grants.length + 1, client: name, via, fence, waitedMs, heldMs };
      grants.push(grant);
      onGrant(grant);
    });
  });
  const { requests, billedCommands } = await meter.read();

  const unguarded = new Witness();
  await together(clients, failed, async () => void (await unguarded.work(0, workMs(), ending)));

  return {
    grants,
    expected: clients.length * TURNS_EACH,
    overlaps: witness.overlaps,
    fencesRise: witness.fencesRise,
    counter: witness.counter,
    counterWithoutLock: unguarded.counter,
    requests,
    sdkRequests: clients.reduce((sum, client) => sum + client.requests, 0),
    billedCommands,
  };
}

/** Every client takes its turns, one after the other, at the same time as the rest. */
async function together(
  clients: readonly Client[],
  failed: AbortController,
  turn: (client: Client) => Promise<void>,
): Promise<void> {
  const runs = clients.map(async (client) => {
    for (let turns = 0; turns < TURNS_EACH; turns++) await turn(client);
  });
  for (const run of runs) run.catch((error) => failed.abort(error));
  await Promise.allSettled(runs);
  failed.signal.throwIfAborted();
}

function workMs(): number {
  return Math.round(WORK_MS * (1 + Math.random()));
}
