-- Takes the name if it is free and nobody waits; otherwise takes a place in the queue, or keeps the one it has.
--
-- KEYS  1 record, 2 queue, 3 holders, 4 expiries, 5 attempts taken back
-- ARGV  1 kind  2 capacity  3 ask (holders.lua)
--       4 "try": do not wait | "wait": in turn | "barge", "barge-try": the same, past those who wait
--         | "barge-steal": past them, ending every lease that there is
--       5 the most that may wait, 0 for no limit
-- reply {"granted", fence, remaining ms, owner, now} | {"queued", free in ms, held for ms, position, now}
--       | {"held" or "full", free in ms, held for ms, waiters, now} | {"ended"} | {"kind", kind, capacity}
--
-- One step, because the look at holders and queue, the next fence and the grant must see the same state.
--@acknowledged granted
--@include record
--@include holders
--@include queue
local kind, capacity, text, manner, most = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local a = parse_ask(text)
local now, micros = clock()
local r = read(1, kind, capacity)
if not r or r.kind ~= kind then return { 'kind', r and r.kind or '', r and r.capacity or 0 } end

local steals = manner == 'barge-steal'
local changed = expire(r, now)
-- A thief would rob at once whoever is let in here.
if r.head ~= '-' and not steals then
  local before = r.head
  promote(r, now, micros)
  changed = changed or r.head ~= before
end

local function answer(reply)
  -- What a thief did not take, or came too late for, belongs to those who wait.
  if steals then
    promote(r, now, micros)
    changed = true
  end
  if changed then write(r, now) end
  return reply
end

local mine = holder(r, a.attempt)
if mine then return answer({ 'granted', mine.fence, mine.expiry - now, mine.owner, now }) end
if over(r, a.attempt, now) then return answer({ 'ended' }) end

-- Who queued before a resize stays in the queue; everybody else has to know the number of permits.
if r.capacity ~= tonumber(capacity) and not has_place(r, text) then return answer({ 'kind', r.kind, r.capacity }) end

if steals then
  break_all(r)
  r.closed = 0
end
local open = r.closed <= now and r.used + a.weight <= r.capacity
if open and (r.head == '-' or string.sub(manner, 1, 5) == 'barge') then
  leave(r, text)
  grant(r, a, a.ttl, now, micros)
  announce(r, now)
  changed = true
  return answer({ 'granted', r.fence, a.ttl, a.owner, now })
end

local waiters = r.waiting + (r.head == '-' and 0 or 1)
local held_for = math.max(now - math.floor(r.fence / 1000), 0)
if string.sub(manner, -3) == 'try' then return answer({ 'held', free_in(r, now), held_for, waiters, now }) end
if most > 0 and waiters >= most and not has_place(r, text) then return answer({ 'full', free_in(r, now), held_for, waiters, now }) end
local position = enqueue(r, text, now, micros)
changed = true
return answer({ 'queued', free_in(r, now), held_for, position, now })
