-- Ends whatever leases the name has, without their owners, and hands it on. The fence stays, so that the next one
-- is greater.
--
-- KEYS  1 record, 2 queue, 3 holders, 4 expiries, 5 attempts taken back
-- ARGV  1 attempt  names this call: a repetition must spare a lease that came after
-- reply 1 a live lease was broken | 0 the name was free
--
-- One step, because the leases that are broken must be the ones that were there.
--@include record
--@include holders
--@include queue
local attempt = ARGV[1]
local now, micros = clock()
local r = read(1)
if not r then return { 'kind' } end
if remembers(r.broken, '!' .. attempt) then return 1 end
if remembers(r.broken, '.' .. attempt) then return 0 end

expire(r, now)
local broke = break_all(r)
r.broken = remember(r.broken, (broke and '!' or '.') .. attempt)
promote(r, now, micros)
write(r, now)
return broke and 1 or 0
