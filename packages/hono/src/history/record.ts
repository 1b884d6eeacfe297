import type { LockEventBody } from "@holdfast/protocol";
import { leaveTo, type ServiceContext } from "../context.ts";
import { attemptHash } from "../digest.ts";
import { perService } from "../services.ts";
import { increments } from "./counters.ts";
import { emit } from "./emit.ts";
import { historyKeys, tenantsKey } from "./keys.ts";
import { historyBounds } from "./settings.ts";

/** What a route knows of what it did. */
export interface Recorded extends Omit<LockEventBody, "id" | "at" | "actor" | "holder" | "heldMs"> {
  /** As it is: only its hash is kept, the same that tells holders apart. */
  readonly attempt?: string | undefined;
}

type Happened = Omit<LockEventBody, "id">;

/** Clocks of edge and database agree this well, as far as telling a new grant from an old one goes. */
const CLOCKS_AGREE_MS = 1000;
/** Longer holds are no holds but fences that somebody made up. */
const LONGEST_HOLD_MS = 30 * 86_400_000;
/** How often a history's time to live is set anew, if it is not short itself. */
const RENEWED_MS = 3_600_000;

/** When each history's time to live was set last by this isolate. */
const renewals = /* @__PURE__ */ perService(() => new Map<string, number>());
const MOST_RENEWALS = 1000;

/**
 * Keeps what happened to a lock, and tells `onEvent`. It never throws and holds up no answer: it is one request to the database,
 * made after the answer, and what fails is missing in the history. The lock does not depend on it.
 *
 * A repeated acquire is granted its first lease again; that is no second grant, and is left out.
 */
export function record(c: ServiceContext, recorded: Recorded | readonly Recorded[]): void {
  const now = Date.now();
  const workedMs = performance.now() - c.var.arrivedAt;
  const events = [recorded].flat().filter((event) => !isRepeated(event, now, workedMs));
  if (events.length > 0) leaveTo(c)(keep(c, events, now));
}

/** The fence is the database's time of the grant in microseconds, as near as it gets. */
function grantedAt(fence: number): number {
  return Math.floor(fence / 1000);
}

function isRepeated({ type, fence, waitedMs = 0 }: Recorded, now: number, workedMs: number): boolean {
  if (type !== "acquired" || fence === undefined || waitedMs > 0) return false;
  return now - grantedAt(fence) > workedMs + CLOCKS_AGREE_MS;
}

async function keep(c: ServiceContext, recorded: readonly Recorded[], now: number): Promise<void> {
  const { principal, service } = c.var;
  const tenant = principal.tenant;
  const events = await Promise.all(recorded.map((event) => complete(event, principal.id, now)));
  for (const event of events) emit(c, { type: "lock", at: event.at, tenant, event });
  try {
    await write(c, events, now);
  } catch {
    // The error's text holds the whole command, so it goes nowhere.
    renewals(service).delete(historyKeys(service, principal).events);
    emit(c, { type: "trouble", at: Date.now(), during: "recording", tenant });
  }
}

async function complete(recorded: Recorded, actor: string, now: number): Promise<Happened> {
  const { attempt, ...event } = recorded;
  const { type, fence, expiresAt } = event;
  const heldMs = ENDS.has(type) && fence !== undefined ? heldFor(fence, expiresAt, now) : undefined;
  return {
    ...event,
    // A grant by wake-up is heard of later than it was.
    at: type === "acquired" && fence !== undefined ? Math.min(now, grantedAt(fence)) : now,
    actor,
    ...(attempt !== undefined && { holder: await attemptHash(attempt) }),
    ...(heldMs !== undefined && { heldMs }),
  };
}

const ENDS: ReadonlySet<Recorded["type"]> = new Set(["released", "expired", "lost", "broken"]);

function heldFor(fence: number, expiresAt = Number.POSITIVE_INFINITY, now: number): number | undefined {
  const heldMs = Math.max(0, Math.min(now, expiresAt) - grantedAt(fence));
  return heldMs <= LONGEST_HOLD_MS ? heldMs : undefined;
}

/** One pipeline: it bills one command less than a script with the same calls. */
async function write(c: ServiceContext, events: readonly Happened[], now: number): Promise<void> {
  const { principal, service } = c.var;
  if (service.options.history === false) return;
  const history = historyBounds(service.options.history);
  const keys = historyKeys(service, principal);
  const pipeline = service.redis.pipeline();
  for (const event of events)
    pipeline.xadd(
      keys.events,
      "*",
      { e: JSON.stringify(event) },
      { trim: { type: "MAXLEN", comparison: "~", threshold: history.events } },
    );
  // Only a bell: who listens reads the stream, so that nothing comes twice or is missing.
  pipeline.publish(keys.events, "1");
  for (const [field, by] of increments(events)) pipeline.hincrby(keys.counters, field, by);
  if (renewalIsDue(c, keys.events, history.keepMs, now)) {
    pipeline.xtrim(keys.events, { strategy: "MINID", exactness: "~", threshold: now - history.keepMs });
    for (const key of [keys.events, keys.counters]) pipeline.pexpire(key, history.keepMs);
    if (principal.tenant !== undefined) {
      pipeline.zadd(tenantsKey(service), { score: now, member: principal.tenant });
      pipeline.pexpire(tenantsKey(service), history.keepMs);
    }
  }
  await pipeline.exec();
}

function renewalIsDue({ var: { service } }: ServiceContext, key: string, keepMs: number, now: number) {
  const known = renewals(service);
  const last = known.get(key);
  if (last !== undefined && now - last < Math.min(RENEWED_MS, keepMs / 10)) return false;
  if (known.size >= MOST_RENEWALS) known.clear();
  known.set(key, now);
  return true;
}
