-- What is known of tasks.
--
-- KEYS  the tasks
-- ARGV  1 "1" to have their results, too
-- reply {now, {state, attempt, started, ended, until when at most, kept, fault, result} or {}, ...}
--
-- One step, so that all are of one moment.
local time = redis.call('TIME')
local reply = { time[1] * 1000 + math.floor(time[2] / 1000) }
for i, key in ipairs(KEYS) do
  local found = redis.call('HMGET', key, 'state', 'attempt', 'started', 'ended', 'lasts', 'kept', 'fault', 'result')
  for n = 1, 8 do found[n] = found[n] or '' end
  if ARGV[1] ~= '1' then found[8] = '' end
  reply[i + 1] = found[1] ~= '' and found or {}
end
return reply
