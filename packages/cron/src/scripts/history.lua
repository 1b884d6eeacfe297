-- The latest runs of a job, newest first.
--
-- KEYS  1 the job  2 the order of its runs  3 its runs
-- ARGV  1 how many
-- reply {now, cron expression, time zone, latest success, id, run, ...}
--
-- One step, because a run may make room for another one.
local time = redis.call('TIME')
local about = redis.call('HMGET', KEYS[1], 'cron', 'zone', 'success')
local reply = { time[1] * 1000 + math.floor(time[2] / 1000), about[1] or '', about[2] or '', about[3] or '' }
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[2], 0, ARGV[1] - 1)) do
  reply[#reply + 1] = id
  reply[#reply + 1] = redis.call('HGET', KEYS[3], id) or ''
end
return reply
