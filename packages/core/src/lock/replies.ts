import { HoldfastError } from "../errors.ts";
import type { LeaseMode } from "../lease/lease.ts";
import { DAY_MS } from "../locks/limits.ts";
import type { Json } from "../locks/options.ts";
import type { Reply } from "../store/store.ts";
import type { LockKind } from "./target.ts";

/** What a contender learns about those before it. Durations in milliseconds. */
export interface Busy {
  /** When the next lease ends unless it is extended, or the name opens. */
  readonly freeInMs: number;
  /** How long ago the latest grant was. */
  readonly heldForMs: number;
}

/** What a store that keeps no queue says to who is refused. */
export interface Unqueued {
  /** When to ask again. */
  readonly retryInMs?: number;
  /** Something of this attempt may be left on the server all the same. */
  readonly unsettled?: boolean;
}

export type AcquireReply =
  | {
      readonly status: "granted";
      readonly fence: number;
      readonly remainingMs: number;
      readonly owner: string;
      readonly serverNow: number;
    }
  /** `place`: the position of the one who queued, from 1; for the others how many wait. */
  | (Busy & {
      readonly status: "held" | "full" | "queued";
      readonly place: number;
      readonly serverNow: number;
    } & Unqueued)
  | { readonly status: "ended" };

export type AcquireAllReply =
  | {
      readonly status: "granted";
      readonly remainingMs: number;
      readonly owner: string;
      readonly serverNow: number;
      /** For each name. */
      readonly fences: readonly number[];
    }
  /** `blocked`: which of the names was not free, from 0. */
  | (Busy & { readonly status: "held"; readonly blocked: number; readonly serverNow: number } & Unqueued)
  /** The names do not live together, so nothing was asked: they have to be taken one after the other. */
  | { readonly status: "apart" }
  | { readonly status: "ended" };

export type ConvertReply =
  | { readonly status: "converted"; readonly fence: number; readonly remainingMs: number }
  | { readonly status: "refused" | "lost" };

/** `hash` is the SHA-1 of the attempt, in hex: who knows the attempt can tell which one it is. */
export interface HolderReply {
  readonly hash: string;
  readonly expiry: number;
  readonly fence: number;
  readonly weight: number;
  readonly mode: LeaseMode;
  readonly metadata: Json | undefined;
}

export interface WaiterReply {
  readonly hash: string;
  readonly since: number;
  readonly weight: number;
  readonly mode: LeaseMode;
  readonly metadata: Json | undefined;
}

/** What one node of a quorum says of a name. */
export interface NodeReply {
  readonly node: string;
  readonly state: string;
  readonly latencyMs: number;
  readonly barredForMs: number;
  readonly hash: string;
  readonly fence: number;
}

/** Times are the server's, in milliseconds since the epoch. */
export interface InspectReply {
  readonly kind: LockKind | "unused";
  readonly capacity: number;
  readonly used: number;
  readonly fence: number;
  readonly serverNow: number;
  readonly closedUntil: number;
  readonly waiting: number;
  readonly holders: readonly HolderReply[];
  readonly waiters: readonly WaiterReply[];
  /** For a name that is kept on several. */
  readonly nodes?: readonly NodeReply[];
}

export function decodeAcquire(reply: Reply): AcquireReply {
  const [status, ...rest] = list(reply);
  const [a, b, c, d, retry, unsettled] = rest;
  if (status === "ended") return { status };
  if (rest.length !== 4 && (rest.length !== 6 || status !== "held")) throw garbage();
  if (status === "granted")
    return {
      status,
      fence: fence(a),
      remainingMs: duration(b),
      owner: text(c),
      serverNow: decodeWhole(d),
    };
  if (status !== "held" && status !== "full" && status !== "queued") throw garbage();
  return {
    status,
    freeInMs: decodeWhole(a),
    heldForMs: decodeWhole(b),
    place: decodeWhole(c),
    serverNow: decodeWhole(d),
    ...unqueued(retry, unsettled),
  };
}

function unqueued(retry: Reply | undefined, unsettled: Reply | undefined): Unqueued {
  return retry === undefined ? {} : { retryInMs: decodeWhole(retry), unsettled: unsettled === 1 };
}

export function decodeAcquireAll(reply: Reply, count: number): AcquireAllReply {
  const [status, a, b, c, ...rest] = list(reply);
  if (status === "ended") return { status };
  if (status === "granted" && rest.length === count)
    return {
      status,
      remainingMs: duration(a),
      owner: text(b),
      serverNow: decodeWhole(c),
      fences: rest.map(fence),
    };
  if (status !== "held" || (rest.length !== 1 && rest.length !== 3)) throw garbage();
  return {
    status,
    blocked: decodeWhole(a) - 1,
    freeInMs: decodeWhole(b),
    heldForMs: decodeWhole(c),
    serverNow: decodeWhole(rest[0]),
    ...unqueued(rest[1], rest[2]),
  };
}

export function decodeConvert(reply: Reply): ConvertReply {
  const [status, newFence, remainingMs] = list(reply);
  if (status === "converted") return { status, fence: fence(newFence), remainingMs: duration(remainingMs) };
  if (status === "refused" || status === "lost") return { status };
  throw garbage();
}

export function decodeTexts(reply: Reply): string[] {
  return list(reply).map(text);
}

export function decodeInspect(reply: Reply): InspectReply {
  const [kind, capacity, used, lastFence, serverNow, closedUntil, waiting, holders, waiters, nodes] =
    list(reply);
  return {
    kind: decodeLockKind(kind),
    capacity: decodeWhole(capacity),
    used: decodeWhole(used),
    fence: decodeWhole(lastFence),
    serverNow: decodeWhole(serverNow),
    closedUntil: decodeWhole(closedUntil),
    waiting: decodeWhole(waiting),
    holders: rows(holders, 6).map(([hash, expiry, holderFence, weight, mode, metadata]) => ({
      hash: text(hash),
      expiry: decodeWhole(expiry),
      fence: decodeWhole(holderFence),
      weight: decodeWhole(weight),
      mode: decodeMode(mode),
      metadata: decodeMetadata(metadata),
    })),
    waiters: rows(waiters, 5).map(([hash, since, weight, mode, metadata]) => ({
      hash: text(hash),
      since: decodeWhole(since),
      weight: decodeWhole(weight),
      mode: decodeMode(mode),
      metadata: decodeMetadata(metadata),
    })),
    ...(nodes !== undefined && {
      nodes: rows(nodes, 6).map(([node, state, latencyMs, barredForMs, hash, lastFence]) => ({
        node: text(node),
        state: text(state),
        latencyMs: decodeWhole(latencyMs),
        barredForMs: decodeWhole(barredForMs),
        hash: text(hash),
        fence: decodeWhole(lastFence),
      })),
    }),
  };
}

export function decodeNumbers(reply: Reply, count: number): number[] {
  return several(reply, count).map(duration);
}

/** What leases have left; -1 for one of which it is not known. */
export function decodeRemaining(reply: Reply, count: number): number[] {
  return several(reply, count).map((value) => decodeWhole(value, -1, DAY_MS));
}

function several(reply: Reply, count: number): readonly Reply[] {
  const items = list(reply);
  if (items.length !== count) throw garbage();
  return items;
}

/** The time a lease has left. None lasts longer than a day, so more is no answer of a lock store's. */
function duration(value: Reply | undefined): number {
  return decodeWhole(value, 0, DAY_MS);
}

/** The number of a grant. 0 is of none. */
function fence(value: Reply | undefined): number {
  return decodeWhole(value, 1);
}

/** What a name can be, or "unused". Other words are not repeated to anybody: an answer may hold anything. */
export function decodeKind(value: Reply | undefined): LockKind | "latch" | "unused" {
  if (!["mutex", "readwrite", "semaphore", "latch", "unused"].includes(value as string)) throw garbage();
  return value as LockKind | "latch" | "unused";
}

export function decodeLockKind(value: Reply | undefined): LockKind | "unused" {
  const kind = decodeKind(value);
  if (kind === "latch") throw garbage();
  return kind;
}

export function decodeMode(value: Reply | undefined): LeaseMode {
  if (value !== "exclusive" && value !== "shared") throw garbage();
  return value;
}

/** What is not JSON is not ours, and not shown. */
export function decodeMetadata(value: Reply | undefined): Json | undefined {
  const json = text(value);
  try {
    return json === "-" ? undefined : (JSON.parse(json) as Json);
  } catch {
    return undefined;
  }
}

export function decodeFlag(reply: Reply): boolean {
  if (reply !== 0 && reply !== 1) throw garbage();
  return reply === 1;
}

export function decodeWhole(
  value: Reply | undefined,
  min = 0,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max)
    throw garbage();
  return value;
}

function rows(reply: Reply | undefined, width: number): (readonly Reply[])[] {
  const items = list(reply);
  if (items.length % width !== 0) throw garbage();
  return Array.from({ length: items.length / width }, (_, i) => items.slice(i * width, (i + 1) * width));
}

/** The lines of `survey.lua`. */
export function surveyRows(reply: Reply | undefined): (readonly Reply[])[] {
  return rows(reply, 12);
}

export function list(reply: Reply | undefined): readonly Reply[] {
  if (!Array.isArray(reply)) throw garbage();
  return reply;
}

export function text(value: Reply | undefined): string {
  if (typeof value !== "string") throw garbage();
  return value;
}

/** The server ran something, but its answer means nothing here: what it did is not known. */
function garbage(): HoldfastError {
  return new HoldfastError("unavailable", "the lock store's answer is not one that its script gives.");
}
