-- Gives this server's vote for several names, or one, to an attempt if all of them are free; otherwise for none.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th name; last: the membership (member.lua)
-- ARGV  1 ask (holders.lua), the same for all names; its owner is that of one try of the attempt
--       2 epoch, in case a new one begins  3 how long a server that may have forgotten leases is barred, ms
--       4 "lossy" or "durable": what a restart does to the data
-- reply {epoch, "granted", remaining ms, owner, now, fence, fence, ...} | {epoch, "held", i, free in ms, held for ms, now}
--       | {epoch, "ended"} | {epoch, "barred", ms until it can be admitted} | {"kind", kind, capacity}
--
-- One step, because the server must not forget between the look at its membership and the vote.
--@acknowledged voted
--@include record
--@include holders
--@include queue
--@include member
local a = parse_ask(ARGV[1])
local now, micros = clock()
local m = member(ARGV[2], tonumber(ARGV[3]), ARGV[4], now)
if m.state ~= 'voting' then return { m.epoch, 'barred', math.max(m.from - now, 0) } end
-- The last characters of an owner count the tries that one client makes for one claim, of which the others tell.
local COUNTED = 4
local claim = string.sub(a.owner, 1, -COUNTED - 1)
local records, mine = {}, 0
for i = 1, math.floor(#KEYS / KEYS_PER_NAME) do
  local r = read(i, 'mutex', '1')
  if not r or r.kind ~= 'mutex' then return { 'kind', r and r.kind or '', r and r.capacity or 0 } end
  if expire(r, now) then
    promote(r, now, micros)
    write(r, now)
  end
  if over(r, a.attempt, now) or over(r, a.owner, now) then return { m.epoch, 'ended' } end
  if r.attempt == a.attempt and r.owner ~= a.owner and string.sub(r.owner, 1, -COUNTED - 1) == claim then
    if r.owner > a.owner then return { m.epoch, 'ended' } end
    -- An earlier try of the same client, which is over, though its end was not heard of here.
    local released = r.released
    drop_holder(r, a.attempt, holder(r, a.attempt), 'released')
    r.released = released
  end
  if r.attempt == a.attempt then mine = mine + 1 end
  records[i] = r
end

local reply = { m.epoch, 'granted', a.ttl, a.owner, now }
for i, r in ipairs(records) do
  if mine < #records and (r.attempt ~= '-' or r.head ~= '-' or r.closed > now) then
    return { m.epoch, 'held', i, free_in(r, now), math.max(now - math.floor(r.fence / 1000), 0), now }
  end
end
for i, r in ipairs(records) do
  if mine < #records then
    -- A name that is not remembered may have had any fence up to the mark, if the clock was set back since.
    r.fence = math.max(r.fence, m.floor, r.new and m.mark or 0)
    grant(r, a, a.ttl, now, micros)
    note_fence(m, r.fence)
    write(r, now)
  else
    reply[3], reply[4] = math.min(reply[3], r.expiry - now), r.owner
    -- An earlier try has the vote, and may be about to give it up: from now on it is not that try's alone.
    if r.owner ~= a.owner then
      note_gone(r, '+' .. r.owner, now)
      write(r, now)
    end
  end
  reply[5 + i] = r.fence
end
return reply
