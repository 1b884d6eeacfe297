-- Lets this server vote again, or for the first time.
--
-- KEYS  1 the membership (member.lua)
-- ARGV  1 epoch, in case a new one begins  2 how long a server that may have forgotten leases is barred, ms
--       3 "lossy" or "durable": what a restart does to the data
--       4 the epoch that is to be admitted, or "" to found a quorum with whatever this is
--       5 every fence that the server may have forgotten is at most this
-- reply 1 it votes | 0 it began another epoch meanwhile, or leases that it may have forgotten have not ended
--
-- One step, because it must not begin another epoch between the check and the write.
--@include record
--@include member
local now = clock()
local m = member(ARGV[1], tonumber(ARGV[2]), ARGV[3], now)
if m.state == 'voting' then return 1 end
if ARGV[4] ~= '' and (m.epoch ~= ARGV[4] or m.from > now) then return 0 end
m.state = 'voting'
m.floor = math.max(m.floor, m.mark, tonumber(ARGV[5]))
m.mark = m.floor
put_member(m)
return 1
