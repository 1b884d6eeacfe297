-- Reads, writes or deletes a key, unless somebody with a greater fence was there before. Reading counts as being there.
--
-- KEYS  1 the key  2 its fence record
-- ARGV  1 fence  2 writer  3 the write's number among those of the writer  4 keep ms
--       5 "get" | "set" | "delete"  6 value  7 ttl ms, 0 for none
-- reply the greatest fence that the key has seen; it was written if that is the fence given
--       | {"found", value or nil} | {"kind"}
--
-- The fence record is "fence writer:number ...": who wrote with this fence, latest first, and how far each has come.
-- By that a repetition is known and does not undo what the same writer wrote later.
--
-- One step, because between a check and a write somebody with a greater fence could come in.
--@acknowledged guarded
local MOST_WRITERS = 16
redis.call('STRLEN', KEYS[1])
local seen, writers = string.match(redis.call('GET', KEYS[2]) or '0', '^(%d+)(.*)$')
if not seen then return { 'kind' } end
local fence, writer, number = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
if tonumber(seen) > fence then return tonumber(seen) end

if ARGV[5] == 'get' then
  if tonumber(seen) < fence then redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[4]) end
  return { 'found', redis.call('GET', KEYS[1]) }
end

local record, listed = string.format('%s %s:%s', ARGV[1], writer, ARGV[3]), 1
if tonumber(seen) == fence then
  for other, last in string.gmatch(writers, ' (%S+):(%d+)') do
    if other == writer then
      if tonumber(last) >= number then return fence end
    elseif listed < MOST_WRITERS then
      record, listed = record .. ' ' .. other .. ':' .. last, listed + 1
    end
  end
end
redis.call('SET', KEYS[2], record, 'PX', ARGV[4])
if ARGV[5] == 'delete' then
  redis.call('DEL', KEYS[1])
elseif ARGV[7] == '0' then
  redis.call('SET', KEYS[1], ARGV[6])
else
  redis.call('SET', KEYS[1], ARGV[6], 'PX', ARGV[7])
end
return fence
