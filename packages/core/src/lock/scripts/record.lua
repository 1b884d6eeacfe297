-- The record of a name is one string, so that an uncontended grant costs one GET and one SET. Its fields, in order:
--
--   kind, capacity          which kind of lock it is ("unused": none yet), and the weight that fits
--   used                    the weight that is granted
--   fence, born             of the latest grant, and of the first that this record remembers
--   expiry owner attempt delay metadata
--                           a mutex's holder ("-": none); other kinds keep theirs in two keys of their own
--   released, broken        attempts whose lease was released, and whose expired or was broken; newest first. They let
--                           a repeated request be answered as the first one was
--   gone                    until when the key of attempts that were taken back has to be looked at
--   closed                  nobody is granted the name before this (lock-delay)
--   kept                    until when the other keys of the name live
--   waiting, ticket         waiters in the queue key, and the last ticket given out
--   head                    the waiter in front, as "ticket ask", or "-"; the others are in the queue key
--
-- Times are the server's, in milliseconds. A record outlives what it tells of by KEEP_MS, and by as much as its
-- fence is ahead of the clock: once it is gone, the time alone gives a greater fence.
local KEEP_MS, QUEUE_MS, GONE_MS, REMEMBERED = 60000, 120000, 60000, 16
local FIELDS = { 'kind', 'capacity', 'used', 'fence', 'born', 'expiry', 'owner', 'attempt', 'delay', 'metadata', 'released',
  'broken', 'gone', 'closed', 'kept', 'waiting', 'ticket', 'head' }
local RECORD = '^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'
local TEXT = { kind = 1, owner = 1, attempt = 1, metadata = 1, released = 1, broken = 1, head = 1 }
local UNUSED = ' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'
local KEYS_PER_NAME = 5

local function clock()
  local time = redis.call('TIME')
  local micros = time[1] * 1000000 + time[2]
  return math.floor(micros / 1000), micros
end

local function whole(number) return string.format('%.0f', number) end

-- The record under the i-th group of keys, or nil when the key holds something else.
local function read(i, kind, capacity)
  local at = KEYS_PER_NAME * (i - 1)
  local raw = redis.pcall('GET', KEYS[at + 1])
  if type(raw) == 'table' then return nil end
  local values = { string.match(raw or (kind or 'unused') .. ' ' .. (capacity or '1') .. UNUSED, RECORD) }
  if not values[1] then return nil end
  local r = { new = not raw }
  for n, field in ipairs(FIELDS) do r[field] = TEXT[field] and values[n] or tonumber(values[n]) end
  if r.kind == 'unused' and kind then r.kind, r.capacity = kind, tonumber(capacity) end
  r.first, r.news = r.head, {}
  r.key, r.queue, r.holders, r.expiries, r.taken_back = unpack(KEYS, at + 1, at + KEYS_PER_NAME)
  return r
end

-- Without the server's time the record keeps the lifetime it has. Grants are made known once they are on record: a server
-- whose memory is full ends the script where it first writes, and nobody may have heard of a grant by then.
local function write(r, now)
  local values = {}
  for n, field in ipairs(FIELDS) do values[n] = type(r[field]) == 'number' and whole(r[field]) or r[field] end
  local text = table.concat(values, ' ')
  if now then
    local needed = math.max(math.max(r.expiry, r.closed, math.ceil(r.fence / 1000), now) + KEEP_MS, r.kept, r.gone)
    redis.call('SET', r.key, text, 'PX', whole(needed - now))
  elseif r.new then
    redis.call('SET', r.key, text, 'PX', KEEP_MS)
  else
    redis.call('SET', r.key, text, 'KEEPTTL')
  end
  for _, message in ipairs(r.news) do redis.call('PUBLISH', message[1], message[2]) end
  r.news = {}
end

local function remembers(list, entry)
  return string.find(',' .. list .. ',', ',' .. entry .. ',', 1, true) ~= nil
end

local function remember(list, entry)
  local kept, count = entry, 1
  for old in string.gmatch(list, '[^,]+') do
    if count == REMEMBERED then break end
    if old ~= '-' then kept, count = kept .. ',' .. old, count + 1 end
  end
  return kept
end

-- Notes for GONE_MS what is not to be granted any more.
local function note_gone(r, entry, now)
  r.gone = now + GONE_MS
  redis.call('ZREMRANGEBYSCORE', r.taken_back, '-inf', whole(now))
  redis.call('ZADD', r.taken_back, whole(r.gone), entry)
  redis.call('PEXPIRE', r.taken_back, GONE_MS)
end

-- Whether a request of this attempt comes too late: its lease is over, or it was taken back.
local function over(r, attempt, now)
  return remembers(r.released, attempt) or remembers(r.broken, attempt)
    or r.gone > now and redis.call('ZSCORE', r.taken_back, attempt) ~= false
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
