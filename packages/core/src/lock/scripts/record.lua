-- The record of a name is one string, so that a grant costs one GET and one SET:
--
--   kind fence expiry since owner attempt ended metadata
--
-- Times are the server's, in milliseconds. While the name is free, expiry is 0 and owner and attempt are "-".
-- `ended` lists the attempts whose lease is over, newest first: "+a" was released, "-a" expired or was broken.
-- It is what lets a repeated request be answered as the first one was. A record outlives its lease by KEEP_MS,
-- and by as much as its fence is ahead of the clock: once it is gone, the time alone gives a greater fence.
local KEEP_MS = 60000
local ENDED_MAX = 16

local function clock()
  local time = redis.call('TIME')
  local micros = time[1] * 1000000 + time[2]
  return math.floor(micros / 1000), micros
end

local function read(key)
  local raw = redis.call('GET', key)
  if not raw then
    return { kind = 'mutex', fence = 0, expiry = 0, since = 0, owner = '-', attempt = '-', ended = '-', metadata = '', new = true }
  end
  local kind, fence, expiry, since, owner, attempt, ended, metadata =
    string.match(raw, '^(%l+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+) (.*)$')
  if kind ~= 'mutex' then
    return nil
  end
  return {
    kind = kind, fence = tonumber(fence), expiry = tonumber(expiry), since = tonumber(since),
    owner = owner, attempt = attempt, ended = ended, metadata = metadata
  }
end

local function encode(r)
  return string.format('%s %.0f %.0f %.0f %s %s %s %s',
    r.kind, r.fence, r.expiry, r.since, r.owner, r.attempt, r.ended, r.metadata)
end

-- Needs the server's time; the scripts that read none keep the record's TTL with SET KEEPTTL.
local function write(key, r, now)
  local needed = math.max(r.expiry, math.ceil(r.fence / 1000))
  redis.call('SET', key, encode(r), 'PX', string.format('%.0f', math.max(needed - now, 0) + KEEP_MS))
end

local function ended_as(r, sign, attempt)
  return string.find(',' .. r.ended .. ',', ',' .. sign .. attempt .. ',', 1, true) ~= nil
end

local function remember(r, sign, attempt)
  local list, count = sign .. attempt, 1
  for entry in string.gmatch(r.ended, '[^,]+') do
    if count == ENDED_MAX then break end
    if entry ~= '-' then
      list, count = list .. ',' .. entry, count + 1
    end
  end
  r.ended = list
end

-- The lease is over; sign says how.
local function vacate(r, sign)
  if r.attempt ~= '-' then remember(r, sign, r.attempt) end
  r.expiry, r.since, r.owner, r.attempt, r.metadata = 0, 0, '-', '-', ''
end
