-- Ends an attempt at a task, or takes back one that was begun and never ran.
--
-- KEYS  task, job, order, runs: see task.lua
-- ARGV  1 fence  2 round  3 state: "succeeded" | "failed" | "abandoned" | "withdrawn"  4 result, as JSON
--       5 whether the result is to be had: 1 | 0  6 fault  7 keep ms  8 who, as JSON  9 at most ms
-- reply {"recorded", now} | {"stale", now}: a later attempt has begun, or another one succeeded
--
-- One step, because an attempt must not end after a later one has begun.
--@acknowledged recorded
--@include task
local fencing, turn, to, keep_ms = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[7])
local now = clock()
local t = read()
local order = compare(t, fencing, turn)
if order > 0 or order < 0 and t.phase == 'succeeded' then return { 'stale', now } end
local lifetime = math.max(keep_ms, tonumber(ARGV[9]) + 60000)
local id = run_id(fencing, turn)

if to == 'withdrawn' then
  if order == 0 and t.phase ~= 'running' then return { 'recorded', now } end
  local tries, phase = t.tries, t.phase or 'idle'
  if order == 0 then
    tries = tries - 1
    phase = tries > 0 and 'failed' or 'idle'
    if job_key then
      redis.call('ZREM', order_key, id)
      redis.call('HDEL', runs_key, id)
      if redis.call('HGET', job_key, 'fence') == ARGV[1] then redis.call('HDEL', job_key, 'held', 'holder') end
    end
  elseif phase == 'running' then
    -- The attempt before it has lost its lease, which its begin would have found.
    retell(run_id(t.fencing, t.turn), 'abandoned', now)
    phase = 'abandoned'
  end
  -- Its begin may still be on its way: from now on it comes too late.
  redis.call('HSET', task_key, 'state', phase, 'attempt', whole(tries), 'fence', ARGV[1], 'round', ARGV[2])
  live_on(task_key, lifetime)
  return { 'recorded', now }
end

-- A success counts even if the attempt was given up meanwhile, as long as no other has begun. Where the record of the
-- attempt is lost, what it tells is all that is known.
if order == 0 and t.phase ~= 'running' and (to ~= 'succeeded' or t.phase == to) then return { 'recorded', now } end
redis.call('HSET', task_key, 'state', to, 'attempt', whole(math.max(t.tries, 1)), 'fence', ARGV[1], 'round', ARGV[2],
  'ended', whole(now), 'result', ARGV[4], 'kept', ARGV[5], 'fault', ARGV[6])
redis.call('PEXPIRE', task_key, whole(keep_ms))
retell(id, to, now, ARGV[8])
if job_key and to == 'succeeded' then
  redis.call('HSET', job_key, 'success', whole(now))
  live_on(job_key, keep_ms)
end
return { 'recorded', now }
