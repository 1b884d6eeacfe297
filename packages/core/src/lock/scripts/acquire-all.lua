-- Takes several names if all of them are free and nobody waits for any; otherwise none.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th name
-- ARGV  1 ask (holders.lua), the same for all
-- reply {"granted", remaining ms, owner, now, fence, fence, ...} | {"held", i, free in ms, held for ms, now}
--       | {"ended"} | {"kind", kind, capacity}
--
-- One step, because all or nothing must be decided on one state of all names.
--@acknowledged granted
--@include record
--@include holders
--@include queue
local a = parse_ask(ARGV[1])
local now, micros = clock()
local records, mine = {}, 0
for i = 1, #KEYS / KEYS_PER_NAME do
  local r = read(i, 'mutex', '1')
  if not r or r.kind ~= 'mutex' then return { 'kind', r and r.kind or '', r and r.capacity or 0 } end
  if expire(r, now) then
    promote(r, now, micros)
    write(r, now)
  end
  if over(r, a.attempt, now) then return { 'ended' } end
  if r.attempt == a.attempt then mine = mine + 1 end
  records[i] = r
end

local reply = { 'granted', a.ttl, a.owner, now }
for i, r in ipairs(records) do
  if mine < #records and (r.attempt ~= '-' or r.head ~= '-' or r.closed > now) then
    return { 'held', i, free_in(r, now), math.max(now - math.floor(r.fence / 1000), 0), now }
  end
end
for i, r in ipairs(records) do
  if mine < #records then
    grant(r, a, a.ttl, now, micros)
    write(r, now)
  else
    reply[2], reply[3] = math.min(reply[2], r.expiry - now), r.owner
  end
  reply[4 + i] = r.fence
end
return reply
