-- Ends whatever leases the name has, without their owners, and hands it on. The fence stays, so that the next one
-- is greater.
--
-- KEYS  1 record, 2 queue, 3 holders, 4 expiries
-- reply how many live leases were broken
--
-- One step, because the leases that are broken must be the ones that were there.
--@include record
--@include holders
--@include queue
local now, micros = clock()
local r = read(1)
if not r then return { 'kind' } end

expire(r, now)
local attempts = r.kind == 'mutex' and { r.attempt ~= '-' and r.attempt or nil } or redis.call('HKEYS', r.holders)
for _, attempt in ipairs(attempts) do drop_holder(r, attempt, holder(r, attempt), '-') end
promote(r, now, micros)
if not r.new then write(r, now) end
return #attempts
