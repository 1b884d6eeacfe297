-- Changes the capacity of a semaphore. Leases that are held stay; with fewer permits, new ones wait until enough are back.
--
-- KEYS  1 record, 2 queue, 3 holders, 4 expiries, 5 attempts taken back
-- ARGV  1 kind  2 capacity  3 attempt: names this call, so that a repetition undoes no later one
-- reply the capacity
--
-- One step, because the waiters that now fit are let in by it.
--@acknowledged resized
--@include record
--@include holders
--@include queue
local now, micros = clock()
local r = read(1, ARGV[1], ARGV[2])
if not r or r.kind ~= ARGV[1] then return { 'kind', r and r.kind or '', r and r.capacity or 0 } end
local call = '=' .. ARGV[3]
if remembers(r.broken, call) then return r.capacity end
r.broken = remember(r.broken, call)
r.capacity = tonumber(ARGV[2])
expire(r, now)
promote(r, now, micros)
write(r, now)
return r.capacity
