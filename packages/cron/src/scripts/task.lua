-- A task is an occurrence of a job, or a key of `once`. What is known of it is a hash of its own; the tasks of a job share
-- three more keys. Every key has a lifetime.
--
-- KEYS  1 the task   2 the job  3 the order of its runs  4 its runs     (a key of `once` has the first only)
--
-- The task:  state (idle: begun and taken back), attempt (how many), fence and round (of the latest), started, ended, lasts
--            (until when the attempt can last at most), lock, before, print, result, kept (whether the result is there), fault
-- The job:   cron, zone, latest (the latest scheduled time that was begun), held and holder (lockAtLeast: until when other
--            occurrences than this one wait), fence (of the latest run under the job's lock), success (when)
-- A run:     "state attempt fence started ended scheduled who", under "fence.round" or the id of a call that was skipped
--
-- A run is named by its fence and its round within the lease. Both only grow, so whatever arrives late is known as late by
-- comparing. Times are the server's, in milliseconds.
local task_key, job_key, order_key, runs_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local MOST_RUNS = 200

local function whole(number) return string.format('%.0f', number) end

local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function live_on(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, whole(ms)) end
end

local function read()
  local t = {}
  t.phase, t.tries, t.fencing, t.turn, t.since, t.over, t.till, t.under, t.prior, t.mark, t.value, t.have, t.why = unpack(redis.call(
    'HMGET', task_key, 'state', 'attempt', 'fence', 'round', 'started', 'ended', 'lasts', 'lock', 'before', 'print', 'result',
    'kept', 'fault'))
  t.tries, t.fencing, t.turn = tonumber(t.tries or 0), tonumber(t.fencing or 0), tonumber(t.turn or 0)
  return t
end

-- -1 when the run of the task is an earlier one than this, 0 when it is this one, 1 when it is a later one.
local function compare(t, fencing, turn)
  if t.fencing ~= fencing then return t.fencing < fencing and -1 or 1 end
  if t.turn ~= turn then return t.turn < turn and -1 or 1 end
  return 0
end

local function run_id(fencing, turn) return whole(fencing) .. '.' .. whole(turn) end

-- Writes a run of the job down. The oldest ones make room.
local function tell(id, text, now, ms)
  if not job_key then return end
  redis.call('ZADD', order_key, 'NX', whole(now), id)
  redis.call('HSETNX', runs_key, id, text)
  local spare = redis.call('ZCARD', order_key) - MOST_RUNS
  if spare > 0 then
    redis.call('HDEL', runs_key, unpack(redis.call('ZRANGE', order_key, 0, spare - 1)))
    redis.call('ZREMRANGEBYRANK', order_key, 0, spare - 1)
  end
  live_on(order_key, ms)
  live_on(runs_key, ms)
end

-- The run is over. Nothing to do if it has made room already.
local function retell(id, phase, now, who)
  local text = job_key and redis.call('HGET', runs_key, id)
  if not text then return end
  local head, scheduled, old_who = string.match(text, '^%S+ (%S+ %S+ %S+) %S+ (%S+) (.*)$')
  redis.call('HSET', runs_key, id, table.concat({ phase, head, whole(now), scheduled, who or old_who }, ' '))
end
