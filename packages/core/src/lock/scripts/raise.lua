-- Makes every later fence of names greater than those given, on behalf of the attempt that has this server's vote for them.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th name; last: the membership (member.lua)
-- ARGV  1 attempt  2 owner of the try that was voted for
--       2+i fence
-- reply 1 done | 0 the vote is not this try's any more, or a greater fence has been there, and nothing has changed
--
-- One step, because a fence counts only if it was raised while the vote was held and no later one had been.
--@include record
--@include holders
--@include member
local attempt, owner = ARGV[1], ARGV[2]
local now = clock()
local records = {}
for i = 1, math.floor(#KEYS / KEYS_PER_NAME) do
  local r = read(i)
  local h = r and holder(r, attempt)
  if not h or h.owner ~= owner or h.expiry <= now or r.fence > tonumber(ARGV[2 + i]) then return 0 end
  records[i] = r
end
local m = read_member()
for i, r in ipairs(records) do
  r.fence = tonumber(ARGV[2 + i])
  note_fence(m, r.fence)
  write(r, now)
end
return 1
