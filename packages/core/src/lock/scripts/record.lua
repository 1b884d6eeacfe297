-- The record of a name is one string, so that an uncontended grant costs one GET and one SET:
--
--   kind capacity used fence expiry owner attempt delay metadata ended closed kept waiting ticket head
--
--   capacity, used          the weight that fits, and the weight that is granted
--   fence                   of the latest grant
--   expiry owner attempt delay metadata
--                           a mutex's holder ("-": none); other kinds keep theirs in two keys of their own
--   ended                   attempts whose lease is over, newest first: "+a" was released, "-a" expired or was
--                           broken. It lets a repeated request be answered as the first one was.
--   closed                  nobody is granted the name before this (lock-delay)
--   kept                    until when the other keys of the name live
--   waiting, ticket         waiters in the queue key, and the last ticket given out
--   head                    the waiter in front, as "ticket ask", or "-"; the others are in the queue key
--
-- Times are the server's, in milliseconds. A record outlives what it tells of by KEEP_MS, and by as much as its
-- fence is ahead of the clock: once it is gone, the time alone gives a greater fence.
local KEEP_MS, QUEUE_MS, ENDED_MAX = 60000, 120000, 16
local RECORD = '^(%l+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (.+)$'

local function clock()
  local time = redis.call('TIME')
  local micros = time[1] * 1000000 + time[2]
  return math.floor(micros / 1000), micros
end

local function whole(number) return string.format('%.0f', number) end

-- The record under the i-th group of keys, or nil when the key holds something else.
local function read(i, kind, capacity)
  local at = 4 * i - 3
  local raw = redis.pcall('GET', KEYS[at])
  if type(raw) == 'table' then return nil end
  local r = { key = KEYS[at], queue = KEYS[at + 1], holders = KEYS[at + 2], expiries = KEYS[at + 3], new = not raw }
  raw = raw or string.format('%s %s 0 0 0 - - 0 - - 0 0 0 0 -', kind or 'mutex', capacity or '1')
  local capacity_text, used, fence, expiry, delay, closed, kept, waiting, ticket
  r.kind, capacity_text, used, fence, expiry, r.owner, r.attempt, delay, r.metadata, r.ended, closed, kept, waiting, ticket, r.head =
    string.match(raw, RECORD)
  if not r.kind then return nil end
  r.capacity, r.used, r.fence, r.expiry, r.delay = tonumber(capacity_text), tonumber(used), tonumber(fence), tonumber(expiry), tonumber(delay)
  r.closed, r.kept, r.waiting, r.ticket = tonumber(closed), tonumber(kept), tonumber(waiting), tonumber(ticket)
  return r
end

-- Without the server's time the record keeps the lifetime it has.
local function write(r, now)
  local text = string.format('%s %.0f %.0f %.0f %.0f %s %s %.0f %s %s %.0f %.0f %.0f %.0f %s', r.kind, r.capacity, r.used,
    r.fence, r.expiry, r.owner, r.attempt, r.delay, r.metadata, r.ended, r.closed, r.kept, r.waiting, r.ticket, r.head)
  if now then
    local needed = math.max(r.expiry, r.closed, r.kept, math.ceil(r.fence / 1000), now)
    redis.call('SET', r.key, text, 'PX', whole(needed - now + KEEP_MS))
  elseif r.new then
    redis.call('SET', r.key, text, 'PX', KEEP_MS)
  else
    redis.call('SET', r.key, text, 'KEEPTTL')
  end
end

local function ended_as(r, sign, attempt)
  return string.find(',' .. r.ended .. ',', ',' .. sign .. attempt .. ',', 1, true) ~= nil
end

local function remember(r, sign, attempt)
  local list, count = sign .. attempt, 1
  for entry in string.gmatch(r.ended, '[^,]+') do
    if count == ENDED_MAX then break end
    if entry ~= '-' then list, count = list .. ',' .. entry, count + 1 end
  end
  r.ended = list
end

-- The other keys of a name must outlive what is in them. `created`: one of them is new and has no lifetime yet.
local function keep(r, created, now, till)
  if till > r.kept then
    r.kept = till + KEEP_MS
  elseif not created then
    return
  end
  for _, key in ipairs(r.kind == 'mutex' and { r.queue } or { r.queue, r.holders, r.expiries }) do
    redis.call('PEXPIRE', key, whole(r.kept - now))
  end
end
