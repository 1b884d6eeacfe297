-- Moves the expiry of leases to now + ttl. Absolute, and never earlier than it was: executing it twice, or
-- late, adds nothing up and takes nothing from a holder who relies on a later expiry.
--
-- KEYS  i      record of the i-th lease
-- ARGV  2i-1   its owner
--       2i     ttl, milliseconds
-- reply for each lease the remaining ms, or 0 when it is not held by that owner any more
--
-- One step, because between the owner check and the write the lease could pass to somebody else.
--@include record
local now = clock()
local remaining = {}
for i, key in ipairs(KEYS) do
  local owner, ttl = ARGV[2 * i - 1], tonumber(ARGV[2 * i])
  local r = read(key)
  if r and r.owner == owner and r.expiry > now then
    r.expiry = math.max(r.expiry, now + ttl)
    write(key, r, now)
    remaining[i] = r.expiry - now
  else
    remaining[i] = 0
  end
end
return remaining
