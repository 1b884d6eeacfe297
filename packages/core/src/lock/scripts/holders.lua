-- Who holds the name. A mutex has one holder, kept in the record. The other kinds keep theirs by attempt in a hash,
--
--   attempt -> "expiry fence owner weight mode delay metadata"
--
-- and a sorted set of attempts by expiry, so that each has an end of its own and finding the next is O(log n).
local HOLDER = '^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'

-- What a contender sends, one string that also is its entry in the queue:
--   "attempt owner ttl weight mode delay claim place channel nonce metadata"
local ASK = '^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'

local function parse_ask(text)
  local a = {}
  a.attempt, a.owner, a.ttl, a.weight, a.mode, a.delay, a.claim, a.place, a.channel, a.nonce, a.metadata = string.match(text, ASK)
  a.ttl, a.weight, a.delay, a.claim, a.place = tonumber(a.ttl), tonumber(a.weight), tonumber(a.delay), tonumber(a.claim), tonumber(a.place)
  return a
end

local function holder(r, attempt)
  if r.kind == 'mutex' then
    if r.attempt ~= attempt then return nil end
    return { expiry = r.expiry, fence = r.fence, owner = r.owner, weight = 1, mode = 'exclusive', delay = r.delay, metadata = r.metadata }
  end
  local text = redis.call('HGET', r.holders, attempt)
  if not text then return nil end
  local h = {}
  h.expiry, h.fence, h.owner, h.weight, h.mode, h.delay, h.metadata = string.match(text, HOLDER)
  h.expiry, h.fence, h.weight, h.delay = tonumber(h.expiry), tonumber(h.fence), tonumber(h.weight), tonumber(h.delay)
  return h
end

local function put_holder(r, attempt, h, now)
  if r.kind == 'mutex' then
    r.attempt, r.owner, r.expiry, r.delay, r.metadata = attempt, h.owner, h.expiry, h.delay, h.metadata
    return
  end
  redis.call('HSET', r.holders, attempt,
    string.format('%.0f %.0f %s %.0f %s %.0f %s', h.expiry, h.fence, h.owner, h.weight, h.mode, h.delay, h.metadata))
  redis.call('ZADD', r.expiries, whole(h.expiry), attempt)
  keep(r, r.used == 0, now, h.expiry)
end

-- The lease is over. `how`: "released" or "broken".
local function drop_holder(r, attempt, h, how)
  r[how] = remember(r[how], attempt)
  r.used = r.used - h.weight
  if r.kind == 'mutex' then
    r.attempt, r.owner, r.expiry, r.delay, r.metadata = '-', '-', 0, 0, '-'
    return
  end
  redis.call('HDEL', r.holders, attempt)
  redis.call('ZREM', r.expiries, attempt)
end

-- Ends every lease, without its owner. Whether there was one.
local function break_all(r)
  local attempts = r.kind == 'mutex' and { r.attempt ~= '-' and r.attempt or nil } or redis.call('HKEYS', r.holders)
  for _, attempt in ipairs(attempts) do drop_holder(r, attempt, holder(r, attempt), 'broken') end
  -- More than are remembered: those forgotten must not be taken for released.
  if #attempts > REMEMBERED then r.born = r.fence + 1 end
  return #attempts > 0
end

local function grant(r, a, lease, now, micros)
  r.fence = math.max(r.fence + 1, micros)
  if r.born == 0 then r.born = r.fence end
  put_holder(r, a.attempt, { expiry = now + lease, fence = r.fence, owner = a.owner, weight = a.weight, mode = a.mode, delay = a.delay, metadata = a.metadata }, now)
  r.used = r.used + a.weight
end

-- Ends the leases whose time is over. A lease that asked for a lock-delay leaves the name closed for that long.
local function expire(r, now)
  local due = {}
  if r.kind ~= 'mutex' then
    due = redis.call('ZRANGEBYSCORE', r.expiries, '-inf', whole(now))
  elseif r.attempt ~= '-' and r.expiry <= now then
    due = { r.attempt }
  end
  for _, attempt in ipairs(due) do
    local h = holder(r, attempt)
    r.closed = h.delay > 0 and math.max(r.closed, h.expiry + h.delay) or r.closed
    drop_holder(r, attempt, h, 'broken')
  end
  return #due > 0
end

-- Milliseconds until the name opens, or until the next lease ends.
local function free_in(r, now)
  if r.closed > now then return r.closed - now end
  local expiry = r.expiry
  if r.kind ~= 'mutex' then expiry = tonumber(redis.call('ZRANGE', r.expiries, 0, 0, 'WITHSCORES')[2] or now) end
  return math.max(expiry, now) - now
end
