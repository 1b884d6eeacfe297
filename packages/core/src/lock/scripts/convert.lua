-- Changes the weight of a lease that is held: a writer becomes a reader, or the only reader the writer.
--
-- KEYS  1 record, 2 queue, 3 holders, 4 expiries, 5 attempts taken back
-- ARGV  1 attempt  2 owner  3 mode  4 weight
-- reply {"converted", fence, remaining ms} | {"refused"}: others hold it too | {"lost"}
--
-- One step, so that nobody else is let in between. More weight is a new grant and gets a new fence.
--@include record
--@include holders
--@include queue
local attempt, owner, mode, weight = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local now, micros = clock()
local r = read(1)
if not r then return { 'kind' } end
expire(r, now)
local h = holder(r, attempt)
if not h or h.owner ~= owner then
  write(r, now)
  return { 'lost' }
end
if r.used - h.weight + weight > r.capacity then return { 'refused' } end

if weight > h.weight then
  r.fence = math.max(r.fence + 1, micros)
  h.fence = r.fence
end
r.used = r.used - h.weight + weight
h.mode, h.weight = mode, weight
put_holder(r, attempt, h, now)
promote(r, now, micros)
write(r, now)
return { 'converted', h.fence, h.expiry - now }
