-- Makes every later fence of names greater than those given, on behalf of the attempt that has this server's vote for them.
--
-- KEYS  5i-4.. record, queue, holders, expiries, attempts taken back, of the i-th name; last: the membership (member.lua)
-- ARGV  1 attempt  2 owner of the try that was voted for  3 "lossy" or "durable": what a restart does to the data
--       3+i fence
-- reply 1 done | 0 the vote is not this try's any more, a greater fence has been there, or one may have been that the server has
--       forgotten; nothing has changed
--
-- One step, because a fence counts only if it was raised while the vote was held and no later one had been.
--@acknowledged raised
--@include record
--@include holders
--@include member
local attempt, owner = ARGV[1], ARGV[2]
local now = clock()
local m, run = read_member(), process(ARGV[3])
if not m or m.state ~= 'voting' or run ~= '-' and run ~= m.run then return 0 end
local records = {}
for i = 1, math.floor(#KEYS / KEYS_PER_NAME) do
  local r = read(i)
  local h = r and holder(r, attempt)
  if not h or h.owner ~= owner or h.expiry <= now or r.fence > tonumber(ARGV[3 + i]) then return 0 end
  records[i] = r
end
for i, r in ipairs(records) do
  r.fence = tonumber(ARGV[3 + i])
  note_fence(m, r.fence)
  write(r, now)
end
return 1
