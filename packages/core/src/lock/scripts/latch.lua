-- Counts a latch down, or looks what is left of it. At zero it opens, once, and stays open until it is forgotten.
--
-- KEYS  1 record; the others of the name are not used
-- ARGV  1 count  2 keep ms, 0 to leave its lifetime as it is  3 attempt, or "" to look  4 by how much  5 channel
-- reply what is left, 0 when it is open; a repeated attempt is told what it was told first
--       | {"kind", kind, capacity}
--
-- The record is a hash, which the scripts of the locks refuse, as this one refuses their strings:
--   count, left, keep, and for each attempt that counted "+attempt" -> what it left
-- Its lifetime begins anew with every count and every look of a waiter, until the latch opens.
--
-- One step, because a repetition must find its attempt, and only one attempt may find that it was the last.
--@acknowledged counted
local key, attempt = KEYS[1], '+' .. ARGV[3]
local latch = redis.pcall('HMGET', key, 'count', 'left', 'keep', attempt)
if latch.err then
  local lock = redis.pcall('GET', key)
  local kind, capacity = string.match(type(lock) == 'string' and lock or '', '^(%l+) (%d+) ')
  return { 'kind', kind or '', tonumber(capacity or 0) }
end
local count, left, kept, told = unpack(latch)
local known = count and left and kept
if known and count ~= ARGV[1] then return { 'kind', 'latch', tonumber(count) } end
if not known and redis.call('EXISTS', key) == 1 then return { 'kind', '', 0 } end

if told then return tonumber(told) end
left = tonumber(known and left or ARGV[1])
local keep = math.max(tonumber(ARGV[2]), tonumber(known and kept or 0))
if left > 0 and attempt ~= '+' then
  left = math.max(left - tonumber(ARGV[4]), 0)
  redis.call('HSET', key, 'count', ARGV[1], 'left', left, 'keep', keep, attempt, left)
  redis.call('PEXPIRE', key, keep)
  if left == 0 then redis.call('PUBLISH', ARGV[5], 'ask') end
elseif left > 0 and known and ARGV[2] ~= '0' then
  redis.call('PEXPIRE', key, keep)
end
return left
