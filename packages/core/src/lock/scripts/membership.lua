-- Says how this server stands in a quorum.
--
-- KEYS  1 the membership (member.lua)
-- ARGV  1 epoch, in case a new one begins  2 how long a server that may have forgotten leases is barred, ms
--       3 "lossy" or "durable": what a restart does to the data
-- reply {epoch, "voting" or "barred", ms until it can be admitted, the greatest fence there can be here, now}
--
-- One step, because what it may have forgotten must be noted by whoever finds out first.
--@include record
--@include member
local now, micros = clock()
local m = member(ARGV[1], tonumber(ARGV[2]), ARGV[3], now)
return { m.epoch, m.state, math.max(m.from - now, 0), math.max(m.mark, m.floor, micros), now }
