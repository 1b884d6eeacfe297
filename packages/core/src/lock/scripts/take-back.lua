-- Undoes what an attempt got or may still get: a lease, a place in the queue, or the answer to an acquire that is on its
-- way and arrives only after this.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th name
-- ARGV  1 kind  2 capacity  3 ask (holders.lua)
-- reply 1
--
-- One step, because the acquire must not be executed between the look and the note that forbids it.
--@include record
--@include holders
--@include queue
local kind, capacity, text = ARGV[1], ARGV[2], ARGV[3]
local a = parse_ask(text)
local now, micros = clock()
for i = 1, #KEYS / KEYS_PER_NAME do
  local r = read(i, kind, capacity)
  if r then
    local h = holder(r, a.attempt)
    if h and h.owner == a.owner then drop_holder(r, a.attempt, h, 'released') end
    leave(r, text)
    note_gone(r, a.attempt, now)
    expire(r, now)
    promote(r, now, micros)
    write(r, now)
  end
end
return 1
