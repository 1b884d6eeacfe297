-- Ends a lease of this owner.
--
-- KEYS  1 record
-- ARGV  1 owner
--       2 attempt  the attempt that asked for the lease
--       3 "1" to take the attempt back: should its acquire arrive only after this, it gets nothing
-- reply 1 released (now, or by an earlier execution of the same request) | 0 not held by this owner
--
-- One step, because the owner check and the removal must see the same holder. Reads no clock: an expired
-- lease that nobody took over is given back like any other.
--@include record
local owner, attempt, take_back = ARGV[1], ARGV[2], ARGV[3] == '1'
local r = read(KEYS[1])
if not r then return 0 end

local mine = r.owner == owner
if mine then
  vacate(r, '+')
elseif ended_as(r, '+', attempt) then
  return 1
elseif take_back then
  remember(r, '+', attempt)
else
  return 0
end

if r.new then
  redis.call('SET', KEYS[1], encode(r), 'PX', KEEP_MS)
else
  redis.call('SET', KEYS[1], encode(r), 'KEEPTTL')
end
return mine and 1 or 0
