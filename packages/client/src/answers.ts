import type {
  AcquireAllReply,
  AcquireReply,
  ConvertReply,
  InspectReply,
  NamePage,
} from "@holdfast/core/commands";
import type { InspectionBody, LeaseBody, LockPageBody, QueuedAnswer } from "@holdfast/protocol";
import type { Answer } from "./transport.ts";

// What answers mean to the commands; `undefined` when they mean nothing, since anything may answer for a service.

const DAY_MS = 86_400_000;

function isWhole(value: unknown, min = 0, max: number = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max;
}

const isDuration = (value: unknown): value is number => isWhole(value, 0, DAY_MS);

function leaseOf({ status, body }: Answer): LeaseBody | undefined {
  const lease = body.lease as LeaseBody | undefined;
  const fine =
    status === 200 &&
    typeof lease === "object" &&
    lease !== null &&
    isWhole(lease.fence, 1) &&
    isDuration(lease.remainingMs) &&
    typeof lease.owner === "string" &&
    isWhole(lease.storeTime);
  return fine ? lease : undefined;
}

/** What a problem says of those who were first. */
function busyOf({ problem }: Answer) {
  const { freeInMs = 0, heldForMs = 0, position = 0, storeTime } = problem;
  if (!isWhole(freeInMs) || !isWhole(heldForMs) || !isWhole(storeTime)) return undefined;
  return { freeInMs, heldForMs, place: position, serverNow: storeTime };
}

export function readAcquire(answer: Answer): AcquireReply | undefined {
  const lease = leaseOf(answer);
  if (lease) {
    const { fence, remainingMs, owner, storeTime: serverNow = 0 } = lease;
    return { status: "granted", fence, remainingMs, owner, serverNow };
  }
  if (answer.status === 202) {
    const queued = answer.body.queued as QueuedAnswer["queued"] | undefined;
    if (!queued || !isWhole(queued.position, 1) || !isWhole(queued.storeTime)) return undefined;
    const { freeInMs, heldForMs, position: place, storeTime: serverNow } = queued;
    return isWhole(freeInMs) && isWhole(heldForMs)
      ? { status: "queued", freeInMs, heldForMs, place, serverNow }
      : undefined;
  }
  const { code, retryInMs } = answer.problem;
  if (code === "attempt-ended") return { status: "ended" };
  const busy = code === "held" || code === "queue-full" ? busyOf(answer) : undefined;
  // Where there is no queue, what the tries of this attempt have left is taken back once it is given up.
  const again = isWhole(retryInMs) && { retryInMs, unsettled: true };
  return busy && { status: code === "held" ? "held" : "full", ...busy, ...again };
}

/** What an inspection calls the waiter. */
export function readHash({ body }: Answer): string | undefined {
  return (body as Partial<QueuedAnswer>).queued?.hash;
}

export function readAcquireAll(answer: Answer, count: number): AcquireAllReply | undefined {
  const lease = leaseOf(answer);
  if (lease) {
    const { fence, fences = [fence], remainingMs, owner, storeTime: serverNow = 0 } = lease;
    const known = Array.isArray(fences) && fences.length === count && fences.every((one) => isWhole(one, 1));
    return known ? { status: "granted", fences, remainingMs, owner, serverNow } : undefined;
  }
  const { code, blocked } = answer.problem;
  if (code === "attempt-ended") return { status: "ended" };
  const busy = code === "held" && isWhole(blocked, 0, count - 1) ? busyOf(answer) : undefined;
  return busy && { status: "held", blocked: blocked as number, ...busy };
}

export function readConvert({ body, problem }: Answer): ConvertReply | undefined {
  const { fence, remainingMs } = body;
  if (isWhole(fence, 1) && isDuration(remainingMs)) return { status: "converted", fence, remainingMs };
  if (problem.code === "lost") return { status: "lost" };
  return problem.code === "other-readers" ? { status: "refused" } : undefined;
}

export function readRemaining({ body }: Answer, count: number): number[] | undefined {
  const { remainingMs } = body;
  const fine = Array.isArray(remainingMs) && remainingMs.length === count && remainingMs.every(isDuration);
  return fine ? remainingMs : undefined;
}

export function readOutcome({ body: { outcome } }: Answer): boolean | undefined {
  if (outcome === "released") return true;
  return outcome === "expired" || outcome === "lost" ? false : undefined;
}

export function readBroken({ body: { broken } }: Answer): boolean | undefined {
  return typeof broken === "boolean" ? broken : undefined;
}

export function readCount({ body: { remaining } }: Answer, count: number): number | undefined {
  return isWhole(remaining, 0, count) ? remaining : undefined;
}

export function readNothing({ status }: Answer): true | undefined {
  return status === 204 ? true : undefined;
}

/** The service counts by its own clock; the reply by one that is as far from fences as the service's is from the database's. */
export function readInspection({ body }: Answer): InspectReply | undefined {
  const { kind, capacity, used, holders, waiters, waiting, lastFence, nodes, asOf } =
    body as Partial<InspectionBody>;
  if (!isWhole(asOf) || !isWhole(capacity) || !isWhole(used) || !isWhole(waiting) || !isWhole(lastFence))
    return undefined;
  if (!Array.isArray(holders) || !Array.isArray(waiters)) return undefined;
  const [first] = holders;
  const aheadMs = first ? first.since - Math.floor(first.fence / 1000) : 0;
  return {
    kind: kind ?? "unused",
    capacity,
    used,
    fence: lastFence,
    serverNow: asOf - aheadMs,
    closedUntil: 0,
    waiting,
    holders: holders.map(({ expiresAt, ...holder }) => ({
      ...holder,
      expiry: expiresAt - aheadMs,
    })) as InspectReply["holders"][number][],
    waiters: waiters.map((waiter) => ({
      ...waiter,
      since: waiter.since - aheadMs,
    })) as InspectReply["waiters"][number][],
    ...(Array.isArray(nodes) && {
      nodes: nodes.map(({ holder: hash = "", ...node }) => ({ ...node, hash })),
    }),
  };
}

export function readPage({ body }: Answer): NamePage | undefined {
  const { locks, cursor = "0" } = body as Partial<LockPageBody>;
  if (!Array.isArray(locks) || typeof cursor !== "string") return undefined;
  return { names: locks.map(({ name }) => name), cursor };
}
