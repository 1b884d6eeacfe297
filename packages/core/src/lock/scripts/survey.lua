-- Shows names that are remembered, in a line each, without changing anything.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th name; none: finds names
-- ARGV  1 cursor  2 pattern  3 about how many names to find
-- reply {next cursor, now, {key, kind, capacity, used, holders, waiters, fence,
--        SHA-1 of the attempt whose lease ends first, expiry, fence, mode, metadata, ...}}
--
-- What is over is left out, but nobody is let in by that: who waits for it will see to it.
--@plain
--@include record
--@include holders
local SCANS = 10
local now = clock()
local lines, hits, shown = {}, 0, {}

local function state(key)
  local raw = redis.pcall('GET', key)
  local values = { string.match(type(raw) == 'string' and raw or '', RECORD) }
  if not values[1] or values[1] == 'unused' then return nil end
  local r = { holders = key .. ':holders', expiries = key .. ':expiries' }
  for n, field in ipairs(FIELDS) do r[field] = TEXT[field] and values[n] or tonumber(values[n]) end
  return r
end

-- How many hold the name, and the attempt of the one whose lease ends first. What expired leases used is not used.
local function live(r)
  if r.kind == 'mutex' then
    if r.attempt ~= '-' and r.expiry > now then return 1, r.attempt end
    r.used = 0
    return 0
  end
  if r.used == 0 then return 0 end
  local due = redis.call('ZRANGEBYSCORE', r.expiries, '-inf', whole(now))
  for _, attempt in ipairs(due) do
    local h = holder(r, attempt)
    r.used = r.used - (h and h.weight or 0)
  end
  return redis.call('ZCARD', r.expiries) - #due, redis.call('ZRANGE', r.expiries, #due, #due)[1]
end

local function show(key)
  if shown[key] then return end
  shown[key] = true
  local r = state(key)
  if not r then return end
  local holding, attempt = live(r)
  local h = attempt and holder(r, attempt)
  hits = hits + 1
  for _, value in ipairs({ key, r.kind, r.capacity, r.used, holding, r.waiting + (r.head == '-' and 0 or 1), r.fence }) do table.insert(lines, value) end
  for _, value in ipairs(h and { redis.sha1hex(attempt), h.expiry, h.fence, h.mode, h.metadata } or { '', 0, 0, '', '-' }) do table.insert(lines, value) end
end

for i = 1, #KEYS, KEYS_PER_NAME do show(KEYS[i]) end
local cursor = ARGV[1]
for _ = 1, #KEYS == 0 and SCANS or 0 do
  local page = redis.call('SCAN', cursor, 'MATCH', ARGV[2], 'COUNT', ARGV[3])
  cursor = page[1]
  for _, key in ipairs(page[2]) do show(key) end
  if cursor == '0' or hits >= tonumber(ARGV[3]) then break end
end
return { cursor, now, lines }
