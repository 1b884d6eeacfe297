import { HoldfastError } from "../errors.ts";
import type { Reply } from "../store/store.ts";

export type AcquireReply =
  | {
      readonly status: "granted";
      readonly fence: number;
      readonly remainingMs: number;
      readonly owner: string;
    }
  | { readonly status: "held"; readonly freeInMs: number; readonly heldForMs: number }
  | { readonly status: "ended" };

export type InspectReply =
  | { readonly status: "free"; readonly fence: number }
  | {
      readonly status: "held";
      readonly fence: number;
      readonly remainingMs: number;
      readonly heldForMs: number;
      readonly ownerHash: string;
      readonly metadata: string;
    };

export function decodeAcquire(reply: Reply): AcquireReply {
  const [status, ...rest] = list(reply);
  if (status === "granted")
    return { status, fence: whole(rest[0]), remainingMs: whole(rest[1]), owner: text(rest[2]) };
  if (status === "held") return { status, freeInMs: whole(rest[0]), heldForMs: whole(rest[1]) };
  if (status === "ended") return { status };
  throw garbage();
}

export function decodeInspect(reply: Reply): InspectReply {
  const [status, fence, remainingMs, heldForMs, ownerHash, metadata] = list(reply);
  if (status === "free") return { status, fence: whole(fence) };
  if (status !== "held") throw garbage();
  return {
    status,
    fence: whole(fence),
    remainingMs: whole(remainingMs),
    heldForMs: whole(heldForMs),
    ownerHash: text(ownerHash),
    metadata: text(metadata),
  };
}

export function decodeRemaining(reply: Reply, count: number): number[] {
  const items = list(reply);
  if (items.length !== count) throw garbage();
  return items.map(whole);
}

export function decodeFlag(reply: Reply): boolean {
  if (reply !== 0 && reply !== 1) throw garbage();
  return reply === 1;
}

function list(reply: Reply): readonly Reply[] {
  if (!Array.isArray(reply)) throw garbage();
  return reply;
}

function whole(value: Reply | undefined): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw garbage();
  return value;
}

function text(value: Reply | undefined): string {
  if (typeof value !== "string") throw garbage();
  return value;
}

/** The server ran something, but its answer means nothing here: what it did is not known. */
function garbage(): HoldfastError {
  return new HoldfastError("unavailable", "the lock store's answer is not one that its script gives.");
}
