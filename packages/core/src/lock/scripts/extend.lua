-- Moves the expiry of leases to now + ttl. Absolute, and never earlier than it was: executing it twice, or
-- late, adds nothing up and takes nothing from a holder who relies on a later expiry.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th lease
-- ARGV  3i-2   its attempt
--       3i-1   its owner
--       3i     ttl, milliseconds
-- reply for each lease the remaining ms, or 0 when it is not held by that owner any more
--
-- One step, because between the owner check and the write the lease could pass to somebody else.
--@acknowledged extended
--@include record
--@include holders
--@include queue
local now, micros = clock()
local remaining = {}
for i = 1, #KEYS / KEYS_PER_NAME do
  local attempt, owner, ttl = ARGV[3 * i - 2], ARGV[3 * i - 1], tonumber(ARGV[3 * i])
  local r = read(i)
  local h = r and holder(r, attempt)
  remaining[i] = 0
  if h and h.owner == owner and h.expiry > now then
    h.expiry = math.max(h.expiry, now + ttl)
    put_holder(r, attempt, h, now)
    remaining[i] = h.expiry - now
    if r.head ~= '-' then tell_front(r, now) end
    write(r, now)
  elseif r and expire(r, now) then
    promote(r, now, micros)
    write(r, now)
  end
end
return remaining
