-- Ends whatever lease the name has, without its owner. The fence stays, so that the next one is greater.
--
-- KEYS  1 record
-- reply 1 a live lease was broken | 0 the name was free
--
-- One step, because the lease that is broken must be the one that was looked at.
--@include record
local now = clock()
local r = read(KEYS[1])
if not r then return { 'kind' } end
if r.owner == '-' then return 0 end

local live = r.expiry > now
vacate(r, '-')
write(KEYS[1], r, now)
return live and 1 or 0
