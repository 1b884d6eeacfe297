-- Ends a lease of this owner and hands the name on.
--
-- KEYS  4i-3.. record, queue, holders, expiries of the i-th lease
-- ARGV  1 kind, 2 capacity
--       3i, 3i+1  attempt and owner
--       3i+2      "" to release; the ask to take back whatever the attempt got or may still get, a place in the
--                 queue included: should its acquire arrive only after this, it gets nothing
-- reply for each lease 1 released (now, or by an earlier execution of the same request) | 0 not held by this owner
--
-- One step, because the owner check, the removal and the next grant must see the same holder. Reads the clock only
-- when somebody waits: an expired lease that nobody took over is given back like any other.
--@include record
--@include holders
--@include queue
local released = {}
for i = 1, #KEYS / 4 do
  local attempt, owner, text = ARGV[3 * i], ARGV[3 * i + 1], ARGV[3 * i + 2]
  local r = read(i, ARGV[1], ARGV[2])
  local h = r and holder(r, attempt)
  local mine = h and h.owner == owner
  released[i] = (mine or r and ended_as(r, '+', attempt)) and 1 or 0
  if r and (mine or text ~= '') then
    if mine then
      drop_holder(r, attempt, h, '+')
    elseif not ended_as(r, '+', attempt) then
      remember(r, '+', attempt)
    end
    if text ~= '' then leave(r, text) end
    local now, micros
    if r.head ~= '-' then
      now, micros = clock()
      expire(r, now)
      promote(r, now, micros)
    end
    write(r, now)
  end
end
return released
