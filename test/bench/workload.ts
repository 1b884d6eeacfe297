import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "./measure.ts";
import type { PeerClient } from "./peers/peer.ts";

export interface Contention {
  readonly waiters: number;
  readonly holdMs: number;
  /** Time from one arrival to the next; 0 for all at once. */
  readonly spacingMs: number;
}

export interface ContentionResult {
  /** From the first acquire to the last release being sent, over the time the holds alone take. */
  readonly wallOverIdeal: number;
  /** Median of the times from a release being sent to the next acquire being resolved. `NaN`: nobody ever waited. */
  readonly gapMs: number;
  /** How often somebody was let in while another one was inside. */
  readonly overlaps: number;
  /** The waiters, in the order in which they were let in. */
  readonly granted: readonly string[];
}

/** Far above every hold here, so that no lease runs out. */
const TTL_MS = 10_000;

/** Each waiter takes the name once, stays for `holdMs`, and releases it. Waiters are dealt out to the clients in turn. */
export async function contend(
  clients: readonly PeerClient[],
  name: string,
  marks: readonly string[],
  { holdMs, spacingMs }: Contention,
): Promise<ContentionResult> {
  const granted: string[] = [];
  const visits: { askedAt: number; grantedAt: number; releasedAt: number }[] = [];
  let inside = 0;
  let overlaps = 0;
  const startedAt = performance.now();

  await Promise.all(
    marks.map(async (mark, i) => {
      if (spacingMs > 0) await sleep(Math.max(0, startedAt + i * spacingMs - performance.now()));
      const client = clients[i % clients.length] as PeerClient;
      const askedAt = performance.now();
      const held = await client.acquire(name, TTL_MS, mark);
      const visit = { askedAt, grantedAt: performance.now(), releasedAt: 0 };
      granted.push(mark);
      visits.push(visit);
      if (inside++ > 0) overlaps++;
      await sleep(holdMs);
      inside--;
      visit.releasedAt = performance.now();
      await held.release();
    }),
  );

  const gaps = visits.flatMap((visit, i) => {
    const next = visits[i + 1];
    return next && next.askedAt < visit.releasedAt ? [next.grantedAt - visit.releasedAt] : [];
  });
  const endedAt = Math.max(...visits.map((visit) => visit.releasedAt));
  // As long as the holds really were: timers make them some tenths longer, for whom the lock can do nothing.
  const heldMs = visits.reduce((sum, visit) => sum + visit.releasedAt - visit.grantedAt, 0);
  const idealMs = Math.max(heldMs, (marks.length - 1) * spacingMs + holdMs);
  return { wallOverIdeal: (endedAt - startedAt) / idealMs, gapMs: quantile(gaps, 0.5), overlaps, granted };
}

/** The share of all pairs that were let in the other way round than they arrived, in per cent. */
export function inversions(arrived: readonly string[], granted: readonly string[]): number {
  const place = new Map(arrived.map((mark, i) => [mark, i]));
  let turned = 0;
  for (const [i, mark] of granted.entries())
    for (const later of granted.slice(i + 1)) if ((place.get(later) ?? 0) < (place.get(mark) ?? 0)) turned++;
  return (100 * turned) / ((granted.length * (granted.length - 1)) / 2);
}
