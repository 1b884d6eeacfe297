-- Takes the name if it is free.
--
-- KEYS  1 record
-- ARGV  1 attempt   names this attempt; a repetition gets the answer of the first
--       2 owner     proves ownership to extend and release
--       3 ttl       milliseconds
--       4 metadata  JSON or empty
-- reply {"granted", fence, remaining ms, owner} | {"held", remaining ms, held for ms} | {"ended"} | {"kind"}
--
-- One step, because the look at the holder, the next fence and the grant must see the same state.
--@include record
local attempt, owner, ttl, metadata = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local now, micros = clock()
local r = read(KEYS[1])
if not r then return { 'kind' } end

if r.expiry > now then
  if r.attempt == attempt then return { 'granted', r.fence, r.expiry - now, r.owner } end
  return { 'held', r.expiry - now, now - r.since }
end
if r.attempt == attempt or ended_as(r, '+', attempt) or ended_as(r, '-', attempt) then return { 'ended' } end

vacate(r, '-')
r.fence = math.max(r.fence + 1, micros)
r.expiry, r.since, r.owner, r.attempt, r.metadata = now + ttl, now, owner, attempt, metadata
write(KEYS[1], r, now)
return { 'granted', r.fence, ttl, owner }
