-- The latest runs of jobs, newest first.
--
-- KEYS  3i-2.. job, order of its runs, its runs, of the i-th job
-- ARGV  1 how many runs of each
-- reply {now, {cron expression, time zone, latest success, id, run, ...}, ...}
--
-- One step, because a run may make room for another one.
local time = redis.call('TIME')
local reply = { time[1] * 1000 + math.floor(time[2] / 1000) }
for i = 1, #KEYS, 3 do
  local about = redis.call('HMGET', KEYS[i], 'cron', 'zone', 'success')
  local lines = { about[1] or '', about[2] or '', about[3] or '' }
  for _, id in ipairs(redis.call('ZREVRANGE', KEYS[i + 1], 0, ARGV[1] - 1)) do
    lines[#lines + 1] = id
    lines[#lines + 1] = redis.call('HGET', KEYS[i + 2], id) or ''
  end
  reply[#reply + 1] = lines
end
return reply
