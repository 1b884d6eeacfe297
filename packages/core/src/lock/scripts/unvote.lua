-- Takes back this server's vote, and keeps it from being given should a request arrive late.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th name
-- ARGV  1 attempt
--       2 "try": of the try whose owner this is, and the attempt goes on | "final": the attempt is over, with all its tries
--       3 owner of a try; for "final" it may also be what the owners of all tries begin with
-- reply for each name 1 the vote was held until now, or was taken back by an earlier execution of "final" | 0
--
-- One step, because the vote must not be given between the look and the note that forbids it.
--@include record
--@include holders
--@include queue
local attempt, ends, owner = ARGV[1], ARGV[2] == 'final', ARGV[3]
local now, micros = clock()
local votes = {}
for i = 1, math.floor(#KEYS / KEYS_PER_NAME) do
  local r = read(i, 'mutex', '1')
  votes[i] = 0
  if r then
    local h = holder(r, attempt)
    local mine = h and (h.owner == owner or ends and string.sub(h.owner, 1, #owner + 1) == owner .. '.')
    if mine or ends and remembers(r.released, attempt) then votes[i] = 1 end
    local released = r.released
    if mine and not ends and r.gone > now and redis.call('ZSCORE', r.taken_back, '+' .. owner) then mine = false end
    if mine then drop_holder(r, attempt, h, 'released') end
    if not ends then r.released = released end
    -- A vote that was found is remembered with the attempt; one that was not may still be on its way.
    if not ends or not mine then
      note_gone(r, ends and attempt or owner, now)
    end
    expire(r, now)
    promote(r, now, micros)
    write(r, now)
  end
end
return votes
