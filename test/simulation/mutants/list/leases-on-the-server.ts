import type { Mutant } from "../mutant.ts";

/** What goes wrong in the scripts while a lease lives: who holds it, with which fence, until when. */
export const LEASES_ON_THE_SERVER: readonly Mutant[] = [
  {
    name: "release-of-any-holder",
    what: "Releasing frees a mutex whoever holds it by now.",
    file: "lock/scripts/release.lua",
    find: `  local h = r and holder(r, attempt)
  if h and h.owner == owner then
    drop_holder(r, attempt, h, 'released')`,
    replace: `  local h = r and (holder(r, attempt) or r.kind == 'mutex' and r.attempt ~= '-' and holder(r, r.attempt))
  if h then
    drop_holder(r, attempt, h, 'released')`,
  },
  {
    name: "extend-of-any-holder",
    what: "Extending makes a mutex the caller's own, whoever holds it by now.",
    file: "lock/scripts/extend.lua",
    find: `  local h = r and holder(r, attempt)
  remaining[i] = 0
  if h and h.owner == owner and h.expiry > now then`,
    replace: `  local h = r and (holder(r, attempt) or r.kind == 'mutex' and r.attempt ~= '-' and holder(r, r.attempt))
  remaining[i] = 0
  if h and h.expiry > now then`,
  },
  {
    name: "extend-adds",
    what: "Extending adds the TTL to the expiry instead of setting it.",
    file: "lock/scripts/extend.lua",
    find: "h.expiry = math.max(h.expiry, now + ttl)",
    replace: "h.expiry = h.expiry + ttl",
  },
  {
    name: "extend-shortens",
    what: "Extending by less than is left takes time from a holder who relies on it.",
    file: "lock/scripts/extend.lua",
    find: "h.expiry = math.max(h.expiry, now + ttl)",
    replace: "h.expiry = now + ttl",
  },
  {
    name: "fence-by-count-only",
    what: "Fences are counted, and begin anew when the count is lost.",
    file: "lock/scripts/holders.lua",
    find: "r.fence = math.max(r.fence + 1, micros)",
    replace: "r.fence = r.fence + 1",
    faults: ["lose-data", "failover"],
  },
  {
    name: "fence-by-clock-only",
    what: "Fences are the server's time, which can be set back.",
    file: "lock/scripts/holders.lua",
    find: "r.fence = math.max(r.fence + 1, micros)",
    replace: "r.fence = micros",
    faults: ["step-server-clock"],
  },
  {
    name: "fence-kept-on-hand-over",
    what: "The next in line gets the fence of the one before.",
    file: "lock/scripts/queue.lua",
    find: "      grant(r, a, lease, now, micros)",
    replace: "      local latest = r.fence\n      grant(r, a, lease, now, micros)\n      r.fence = latest",
  },
  {
    name: "expiry-unnoticed",
    what: "Acquiring does not look whether the holder's time is over.",
    file: "lock/scripts/acquire.lua",
    find: "local changed = expire(r, now)",
    replace: "local changed = false",
  },
  {
    name: "expired-weight-taken-off-twice",
    what: "A lease that expired gives back its weight twice.",
    file: "lock/scripts/holders.lua",
    find: "r.used = r.used - h.weight",
    replace: "r.used = math.max(r.used - h.weight * (how == 'broken' and 2 or 1), 0)",
    primitive: "semaphore",
  },
  {
    name: "expired-weight-kept",
    what: "A lease that expired does not give back its weight.",
    file: "lock/scripts/holders.lua",
    find: "    drop_holder(r, attempt, h, 'broken')",
    replace: "    local used = r.used\n    drop_holder(r, attempt, h, 'broken')\n    r.used = used",
    primitive: "semaphore",
  },
  {
    name: "one-expiry-for-all-holders",
    what: "When one of several holders expires, all of them do.",
    file: "lock/scripts/holders.lua",
    find: "    due = redis.call('ZRANGEBYSCORE', r.expiries, '-inf', whole(now))",
    replace: `    due = redis.call('ZRANGEBYSCORE', r.expiries, '-inf', whole(now))
    if #due > 0 then due = redis.call('ZRANGE', r.expiries, 0, -1) end`,
    primitive: "rw",
  },
  {
    name: "weight-not-compared",
    what: "A semaphore with any free permit lets in whoever asks, however many permits that takes.",
    file: "lock/scripts/acquire.lua",
    find: "r.used + a.weight <= r.capacity",
    replace: "r.used < r.capacity",
    primitive: "semaphore",
  },
  {
    name: "all-names-by-the-first",
    what: "Several names are taken together when the first of them is free.",
    file: "lock/scripts/acquire-all.lua",
    find: "  if mine < #records and (r.attempt",
    replace: "  if i == 1 and mine < #records and (r.attempt",
    primitive: "many",
  },
  {
    name: "record-without-a-lifetime",
    what: "The record of a name is kept for ever.",
    file: "lock/scripts/record.lua",
    find: "    redis.call('SET', r.key, text, 'PX', whole(needed - now))",
    replace: "    redis.call('SET', r.key, text)",
  },
  {
    name: "holders-without-a-lifetime",
    what: "The keys beside the record are kept until somebody empties them.",
    file: "lock/scripts/record.lua",
    find: "    redis.call('PEXPIRE', key, whole(r.kept - now))",
    replace: "    redis.call('PERSIST', key)",
    primitive: "semaphore",
  },
  {
    name: "record-gone-with-the-lease",
    what: "The record lives as long as the lease, though it has the queue's front and what ended.",
    file: "lock/scripts/record.lua",
    find: "local needed = math.max(math.max(r.expiry, r.closed, math.ceil(r.fence / 1000), now) + KEEP_MS, r.kept, r.gone)",
    replace: "local needed = math.max(r.expiry, now + 1)",
  },
];
