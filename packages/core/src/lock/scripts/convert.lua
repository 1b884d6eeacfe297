-- Changes the weight of a lease that is held: a writer becomes a reader, or the only reader the writer.
--
-- KEYS  1 record, 2 queue, 3 holders, 4 expiries, 5 attempts taken back
-- ARGV  1 attempt  2 owner  3 the lease's fence before  4 mode  5 weight
-- reply {"converted", fence, remaining ms} | {"refused"}: others hold it too | {"lost"}
--
-- One step, so that nobody else is let in between. Every conversion gives a new fence, so that a request which arrives
-- again after a later one changes nothing.
--@acknowledged converted
--@include record
--@include holders
--@include queue
local attempt, owner, fence, mode, weight = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local now, micros = clock()
local r = read(1)
if not r then return { 'kind' } end
local changed = expire(r, now)
local h = holder(r, attempt)
local reply = { 'lost' }
if h and h.owner == owner and h.fence > fence and h.mode == mode then
  reply = { 'converted', h.fence, h.expiry - now }
elseif h and h.owner == owner and h.fence == fence then
  if r.used - h.weight + weight > r.capacity then
    reply = { 'refused' }
  else
    r.fence = math.max(r.fence + 1, micros)
    r.used = r.used - h.weight + weight
    h.fence, h.mode, h.weight = r.fence, mode, weight
    put_holder(r, attempt, h, now)
    reply = { 'converted', h.fence, h.expiry - now }
    changed = true
  end
end
if changed then
  promote(r, now, micros)
  write(r, now)
end
return reply
