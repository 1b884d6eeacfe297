-- Reads the state of a name.
--
-- KEYS  1 record
-- reply {"free", fence} | {"held", fence, remaining ms, held for ms, owner's SHA-1, metadata} | {"kind"}
--
-- The owner leaves the server as a hash only: it is a secret.
--@include record
local now = clock()
local r = read(KEYS[1])
if not r then return { 'kind' } end
if r.expiry <= now then return { 'free', r.fence } end
return { 'held', r.fence, r.expiry - now, now - r.since, redis.sha1hex(r.owner), r.metadata }
