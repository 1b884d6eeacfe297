import type { Claim, Target, Wish } from "@holdfast/core/commands";
import type {
  AcquireAllRequest,
  AcquireRequest,
  ExtendAllRequest,
  ReleaseAllRequest,
} from "@holdfast/protocol";
import { invalid } from "./check.ts";
import type { Call } from "./transport.ts";

// What the commands of a lock are in words of the API.

/** What a body may have, in bytes, and a list in it; less than the service takes, for what is around the rows. */
const MAX_BYTES = 16_000;
const MAX_ROWS = 100;

/** The path of a name. */
export function pathOf(name: string, verb?: string): string {
  // A URL that has them is another URL, however they are escaped.
  if (name === "." || name === "..")
    throw invalid('a lock behind the lock service cannot be called "." or "..".');
  return `v1/locks/${encoded(name)}${verb === undefined ? "" : `/${verb}`}`;
}

export function encoded(name: string): string {
  try {
    return encodeURIComponent(name);
  } catch {
    throw invalid("the name of a lock behind the lock service must be well-formed Unicode.");
  }
}

/** The kind as the API has it. */
function kindOf({ kind, mode, capacity, weight }: Target): Partial<AcquireRequest> {
  if (kind === "semaphore") return { kind, permits: capacity, weight };
  return { kind: kind === "mutex" ? kind : mode === "shared" ? "read" : "write" };
}

/** The same in every request of an attempt: by it the service finds what the attempt has. */
function wishOf({ attempt, owner }: Claim, { ttlMs, metadata, lockDelayMs, claimMs }: Wish) {
  return {
    ttlMs,
    ...(metadata !== "" && { metadata: JSON.parse(metadata) as unknown }),
    attemptId: attempt,
    owner,
    claimMs,
    lockDelayMs,
  };
}

/** `waitedMs`: so far; `undefined` for one that takes no place. */
export function acquireBody(
  target: Target,
  claim: Claim,
  wish: Wish,
  waitedMs: number | undefined,
): AcquireRequest {
  const { channel, nonce, placeMs } = wish;
  const waits =
    waitedMs === undefined || channel === undefined
      ? { waitMs: 0 }
      : { inQueue: { channel, nonce, forMs: placeMs, ...(waitedMs > 0 && { waitedMs }) } };
  return { ...kindOf(target), ...wishOf(claim, wish), ...waits };
}

export function acquireAllBody(names: readonly string[], claim: Claim, wish: Wish): AcquireAllRequest {
  return { names: [...names], ...wishOf(claim, wish), waitMs: 0 };
}

/** Undoes what was asked for in one request: of one name, or of several mutexes. */
export function withdrawals(targets: readonly Target[], claim: Claim, wish: Wish): Call[] {
  const [first] = targets;
  if (targets.length > 1)
    return portions(targets, MAX_BYTES - 2000).map((part) => ({
      path: "v1/leases/withdraw",
      body: acquireAllBody(
        part.map(({ name }) => name),
        claim,
        wish,
      ),
    }));
  if (!first) return [];
  return [
    { path: pathOf(first.name, "withdraw"), body: acquireBody(first, claim, wish, 0), name: first.name },
  ];
}

/** How long a lease was waited for that a wake-up granted, for the service's history: it hears of the grant by this. */
export interface Woken {
  readonly waitedMs?: number | undefined;
}

export function releases(
  leases: readonly { name: string; fence: number }[],
  { attempt, owner }: Claim,
  { waitedMs }: Woken = {},
): Call[] {
  return portions(leases).map((part) => {
    const body: ReleaseAllRequest = {
      owner,
      attemptId: attempt,
      leases: part,
      ...(waitedMs !== undefined && { waitedMs }),
    };
    return { path: "v1/leases/release", body, name: part[0]?.name };
  });
}

export type Extension = ExtendAllRequest["leases"][number];

export function extensions(rows: readonly Extension[]): { call: Call; count: number }[] {
  return portions(rows).map((leases) => ({
    call: { path: "v1/leases/extend", body: { leases } satisfies ExtendAllRequest, name: leases[0]?.name },
    count: leases.length,
  }));
}

/** Whether a body is small enough. */
export function fits(body: object): boolean {
  return bytesOf(body) <= MAX_BYTES;
}

export function bytesOf(body: object): number {
  return new TextEncoder().encode(JSON.stringify(body)).length;
}

/** The rows, as many together as fit into a request. */
function portions<Row extends object>(rows: readonly Row[], most: number = MAX_BYTES - 500): Row[][] {
  const parts: Row[][] = [];
  let room = 0;
  for (const row of rows) {
    const bytes = bytesOf(row) + 1;
    const last = parts.at(-1);
    if (last && bytes <= room && last.length < MAX_ROWS) last.push(row);
    else {
      parts.push([row]);
      room = most;
    }
    room -= bytes;
  }
  return parts;
}
