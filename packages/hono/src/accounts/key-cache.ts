import type { Service } from "../context.ts";
import { Problem } from "../problem.ts";
import { perService } from "../services.ts";
import { BoundedMap } from "./bounded-map.ts";
import { findKey, type KeyRecord } from "./key-records.ts";

/** Remembers keys, so that a request need not ask the database for its own. Requests share what was read, never the reading. */

const MOST = 1000;
/** A key that was tried just before it was made must not be unknown for long. */
const LONGEST_MISS_MS = 5000;
/** How many look-ups of ids that nobody knows an isolate makes at once, and how fast it may make them again. */
const BURST = 50;
const REFILL_MS = 100;

interface Seen {
  readonly record: KeyRecord;
  readonly until: number;
}

interface Cache {
  readonly known: BoundedMap<string, Seen>;
  readonly missing: BoundedMap<string, number>;
  /** When the look-ups that are counted will all have been made good. */
  paidAt: number;
  /** How many keys were revoked here: what was read before the last of them may be out of date. */
  revoked: number;
}

const cacheOf: (service: Service) => Cache = /* @__PURE__ */ perService(() => ({
  known: new BoundedMap(MOST),
  missing: new BoundedMap(MOST),
  paidAt: 0,
  revoked: 0,
}));

/**
 * The record of a key, as it was at most `keyCacheMs` ago.
 *
 * @throws Problem `rate-limited` while so many unknown ids are being tried that the database needs shelter. Keys that this
 *   isolate has seen work on.
 */
export async function lookUpKey(service: Service, id: string): Promise<KeyRecord | undefined> {
  const { keyCacheMs } = service.options;
  const cache = cacheOf(service);
  const now = Date.now();
  const seen = cache.known.get(id);
  if (seen && now < seen.until) return seen.record;
  if (now < (cache.missing.get(id) ?? 0)) return undefined;

  const refund = seen ? () => {} : charge(cache, now);
  const { revoked } = cache;
  const record = await findKey(service, id);
  if (record) {
    refund();
    if (revoked === cache.revoked) cache.known.set(id, { record, until: Date.now() + keyCacheMs });
  } else {
    cache.known.delete(id);
    cache.missing.set(id, Date.now() + Math.min(keyCacheMs, LONGEST_MISS_MS));
  }
  return record;
}

/** From now on the key opens nothing here. Other isolates learn it when what they remember has grown old. */
export function forgetKey(service: Service, id: string): void {
  const cache = cacheOf(service);
  cache.revoked++;
  cache.known.delete(id);
  cache.missing.set(id, Date.now() + Math.min(service.options.keyCacheMs, LONGEST_MISS_MS));
}

/** A leaky bucket: each look-up that finds nothing stands for a time. */
function charge(cache: Cache, now: number): () => void {
  const paidAt = Math.max(cache.paidAt, now);
  if (paidAt - now >= BURST * REFILL_MS)
    throw new Problem("rate-limited", "Too many keys are being tried that do not exist.", {
      headers: { "retry-after": "1" },
    });
  cache.paidAt = paidAt + REFILL_MS;
  return () => {
    cache.paidAt -= REFILL_MS;
  };
}
