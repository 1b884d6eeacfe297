-- Ends leases of this owner and hands the names on.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th lease
-- ARGV  1 attempt  2 owner
--       2+i its fence
-- reply for each lease 1 released (now, or by an earlier execution of the same request) | 0 not held by this owner
--
-- One step, because the owner check, the removal and the next grant must see the same holder. Reads the clock only
-- when somebody waits: an expired lease that nobody took over is given back like any other.
--@include record
--@include holders
--@include queue
local attempt, owner = ARGV[1], ARGV[2]
local released = {}
for i = 1, #KEYS / KEYS_PER_NAME do
  local fence = tonumber(ARGV[2 + i])
  local r = read(i)
  local h = r and holder(r, attempt)
  if h and h.owner == owner then
    drop_holder(r, attempt, h, 'released')
    local now, micros
    if r.head ~= '-' then
      now, micros = clock()
      expire(r, now)
      promote(r, now, micros)
    end
    write(r, now)
    released[i] = 1
  else
    -- Not there any more. If the record has known it and nobody broke it, an earlier execution released it.
    local known = r and not h and r.born > 0 and fence >= r.born and fence <= r.fence
    released[i] = known and not remembers(r.broken, attempt) and 1 or 0
  end
end
return released
