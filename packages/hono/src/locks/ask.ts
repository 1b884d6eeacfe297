import { READ_WRITE_CAPACITY, type Target, type Wish } from "@holdfast/core/commands";
import type { routes } from "@holdfast/protocol";
import type { Input } from "../mount.ts";

/** What a body asks the store for. */

export type AcquireBody = Input<typeof routes.acquire>["body"];
export type AcquireAllBody = Input<typeof routes.acquireAll>["body"];

export function targetOf(name: string, { kind, permits = 1, weight = 1 }: AcquireBody): Target {
  switch (kind) {
    case "mutex":
      return mutex(name);
    case "read":
      return { name, kind: "readwrite", capacity: READ_WRITE_CAPACITY, weight: 1, mode: "shared" };
    case "write":
      return {
        name,
        kind: "readwrite",
        capacity: READ_WRITE_CAPACITY,
        weight: READ_WRITE_CAPACITY,
        mode: "exclusive",
      };
    case "semaphore":
      return { name, kind: "semaphore", capacity: permits, weight, mode: "shared" };
  }
}

export function mutex(name: string): Target {
  return { name, kind: "mutex", capacity: 1, weight: 1, mode: "exclusive" };
}

/** The same for every request of an attempt: the place in the queue is found by this text. */
export function wishOf(body: AcquireBody | AcquireAllBody): Wish {
  const { ttlMs, metadata, lockDelayMs, claimMs } = body;
  const { channel, nonce = "-", forMs = 0 } = ("inQueue" in body && body.inQueue) || {};
  return {
    ttlMs,
    metadata: metadata === undefined ? "" : JSON.stringify(metadata),
    lockDelayMs,
    claimMs,
    placeMs: forMs,
    channel,
    nonce,
  };
}
